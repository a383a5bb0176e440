"""Registers the personal data of this app: schedules, reservations, seats, feeds and free times."""

from __future__ import annotations

from core.personal import register_personal
from scheduling.models import (
    CalendarFeed,
    CalendlyEventType,
    CalendlySync,
    FreeTimes,
    MergedBusyTime,
    OfferedDay,
    RecurringHours,
    Reservation,
    Rule,
    Schedule,
    Seat,
    SessionAvailability,
)

WHY_KEPT = "that a stretch of time was taken, without saying by whom"


def register() -> None:
    _register_hours()
    register_personal(
        Reservation,
        rows=lambda person: Reservation.objects.filter(builder=person),
        fields=("during", "kind", "note", "created_at", "released_at"),
        erase=lambda person: Reservation.objects.filter(builder=person).update(note=""),
        why=WHY_KEPT,
    )
    register_personal(
        MergedBusyTime,
        rows=lambda person: MergedBusyTime.objects.filter(builder=person),
        erase=None,
        why=WHY_KEPT,
    )
    register_personal(
        Seat,
        rows=lambda person: Seat.objects.filter(person=person),
        fields=("reservation", "created_at", "released_at"),
        erase=lambda person: Seat.objects.filter(person=person).update(person=None, holder="", address=""),
        why=WHY_KEPT,
    )
    register_personal(
        CalendarFeed,
        rows=lambda person: CalendarFeed.objects.filter(builder=person),
        fields=("created_at", "read_at"),
        erase="delete",
    )
    register_personal(
        OfferedDay,
        rows=lambda person: OfferedDay.objects.filter(builder=person),
        fields=("date", "minutes"),
        erase="delete",
    )
    register_personal(
        FreeTimes,
        rows=lambda person: FreeTimes.objects.filter(builder=person),
        erase="delete",
        why="computed from the schedules, which are there",
    )
    register_personal(
        SessionAvailability,
        rows=lambda person: SessionAvailability.objects.filter(builder=person),
        erase=None,
        why="a view of what is listed elsewhere: it holds nothing of its own",
    )
    register_personal(
        CalendlyEventType,
        rows=lambda person: CalendlyEventType.objects.filter(builder=person),
        fields=("uri", "name", "is_active", "mapped_at", "created_at"),
        erase="delete",
    )
    register_personal(
        CalendlySync,
        rows=lambda person: CalendlySync.objects.filter(account__owner=person),
        fields=("status", "created", "updated", "deactivated", "error", "created_at"),
        erase="delete",
    )


def _register_hours() -> None:
    register_personal(
        Schedule,
        rows=lambda person: Schedule.objects.filter(builder=person),
        fields=("name", "kind", "timezone", "is_default", "starts_on", "ends_on", "created_at"),
        erase="delete",
    )
    register_personal(
        Rule,
        rows=lambda person: Rule.objects.filter(schedule__builder=person).select_related("schedule"),
        fields=("schedule", "weekday", "start", "end"),
        erase="delete",
    )
    register_personal(
        RecurringHours,
        rows=lambda person: RecurringHours.objects.filter(schedule__builder=person).select_related("schedule"),
        fields=("schedule", "weekday", "start", "end", "every_weeks", "ordinal", "starts_on", "ends_on"),
        erase="delete",
    )
