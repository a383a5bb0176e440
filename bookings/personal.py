"""The personal data in this app. A booking also belongs to the other side: on erasure its texts and the name are
removed, but the booking stays."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.db.models import Q, QuerySet

from accounts.models import User
from accounts.personal_data.names import register_acquaintances, remove_name
from bookings.agreement import services
from bookings.agreement.transitions import Actor
from bookings.meetings.places import AT_CLIENT
from bookings.meetings.rules import AGREED, place_for
from bookings.models import (
    Answer,
    Booking,
    BookingAttempt,
    BookingEvent,
    CalendlyEvent,
    CalendlyInvitee,
    ClientNote,
    Deliverable,
    Draft,
    FunnelCount,
    Guest,
    GuestMerge,
    Meeting,
    PlannedSession,
    Preparation,
    Project,
    Proposal,
    Review,
    Series,
    SessionPlan,
    SkillReport,
    StarCount,
    Statement,
    WaitingListEntry,
)
from bookings.session_plans import holding
from bookings.states import AHEAD, Side
from bookings.waiting_list import services as waiting_list
from core.personal import register_personal
from core.uploads import register_stored_files

RECORDS = "that a session was agreed, at what time and price, since the other side has a right to their records"
ERASED_NAME = "Somebody who left"


def register() -> None:
    register_acquaintances(acquaintances)
    register_stored_files(lambda person: Deliverable.objects.filter(added_by=person, removed_at__isnull=True))
    register_stored_files(lambda person: Statement.objects.filter(author=person))
    register_personal(
        GuestMerge,
        rows=lambda person: GuestMerge.objects.filter(person=person),
        fields=("created_at", "bookings", "undone_at"),
        erase=lambda person: GuestMerge.objects.filter(person=person).update(reason=""),
        why="which bookings staff moved into an account, by number, so that it can be explained",
    )
    register_personal(
        Booking,
        rows=lambda person: Booking.objects.filter(Q(client=person) | Q(builder=person)),
        fields=(
            "reference", "title", "starts_at", "ends_at", "state", "total", "currency", "is_remote", "location", "in_person_at", "meeting_url", "zoom_url",
            "notes", "timezone", "created_at", "cancel_reason",
        ),
        erase=forget_bookings,
        why=RECORDS,
        hidden=hidden_fields,
    )  # fmt: skip
    register_personal(
        Guest,
        rows=guests_of,
        fields=("name", "email", "created_at", "proven_at", "wants_reminders", "hour_format"),
        erase=forget_guests,
        why=RECORDS,
    )
    register_personal(
        Answer,
        rows=lambda person: Answer.objects.filter(booking__in=bookings_as_client(person)),
        fields=("label", "value"),
        erase="delete",
    )
    register_personal(
        BookingEvent,
        rows=lambda person: BookingEvent.objects.filter(actor=person),
        fields=("at", "verb", "before", "after", "reason"),
        erase=lambda person: BookingEvent.objects.filter(actor=person).exclude(reason="").update(reason=""),
        why=RECORDS,
    )
    register_personal(
        Draft, rows=lambda person: Draft.objects.filter(person=person), fields=("details", "changed_at"), erase="delete"
    )
    _register_sessions()
    _register_session_plans()
    _register_funnel()
    _register_follow_up()
    _register_skill_reports()


def _register_sessions() -> None:
    """Registers what is kept about a session beside its booking: its meeting, what Calendly knows of it, its agenda."""
    register_personal(
        Meeting,
        rows=lambda person: Meeting.objects.filter(Q(builder=person) | Q(bookings__client=person)).distinct(),
        fields=("topic", "starts_at", "minutes", "started_at", "ended_at", "people"),
        erase=forget_participants,
        why="when a session was held, since the other side has a right to their records",
    )
    register_personal(
        CalendlyInvitee,
        rows=lambda person: CalendlyInvitee.objects.filter(booking__in=bookings_as_client(person)),
        fields=("answers", "tracking", "payment", "created_at"),
        erase=lambda person: CalendlyInvitee.objects.filter(booking__in=bookings_as_client(person)).update(
            answers=[], tracking={}, payment={}
        ),
        why=RECORDS,
    )
    register_personal(
        CalendlyEvent,
        rows=lambda person: CalendlyEvent.objects.filter(builder=person),
        erase="delete",
        why="a mark on each event, so that only changed ones are read",
    )
    register_personal(
        Preparation,
        rows=lambda person: Preparation.objects.filter(
            Q(booking__builder=person) | Q(booking__in=bookings_as_client(person))
        ).select_related("booking"),
        fields=("agenda", "agenda_changed_at", "checked"),
        erase="delete",
        hidden=lambda person, row: {"checked"} if row.booking.builder_id != person.pk else set(),
    )


def _register_session_plans() -> None:
    """Registers plans of sessions, which are deleted with all that was typed; the bookings of a plan stay."""
    register_personal(
        SessionPlan,
        rows=lambda person: SessionPlan.objects.filter(client=person),
        fields=(
            "created_at", "state", "timezone", "weekdays", "earliest", "latest", "per_week", "first_day", "last_day", "minutes", "budget", "currency", "details",
            "booked_at",
        ),
        erase=forget_session_plans,
    )  # fmt: skip
    register_personal(
        PlannedSession,
        rows=lambda person: PlannedSession.objects.filter(plan__client=person),
        fields=("number", "starts_at", "minutes"),
        erase=forget_session_plans,  # not alone: their seats, by which the times are released, would be forgotten
    )


def _register_funnel() -> None:
    """Registers how far visitors of a builder got in booking."""
    register_personal(
        BookingAttempt,
        rows=lambda person: BookingAttempt.objects.filter(builder=person),
        erase="delete",
        why="the attempts of visitors, none of whom can be told; your page of insights adds them up",
    )
    register_personal(
        FunnelCount,
        rows=lambda person: FunnelCount.objects.filter(builder=person),
        fields=("day", "step", "reason", "count"),
        erase="delete",
    )


def _register_follow_up() -> None:
    """Registers the data that follows from bookings, and that of waiting lists and projects."""
    register_personal(
        WaitingListEntry,
        rows=lambda person: WaitingListEntry.objects.filter(client=person),
        fields=("first_day", "last_day", "weekdays", "details", "created_at", "ended_at", "end"),
        erase=forget_waiting_list_entries,
    )
    register_personal(
        Series,
        rows=lambda person: Series.objects.filter(client=person),
        fields=("every_weeks", "count", "created_at"),
        erase=None,
        why=RECORDS,
    )
    register_personal(
        Review,
        rows=lambda person: Review.objects.filter(author=person),
        fields=("rating", "text", "published_at", "reply", "created_at"),
        erase=lambda person: Review.objects.filter(author=person).update(text="", report=""),
        why="the stars of a review, without its words, since others' figures rest on them",
    )
    register_personal(
        StarCount,
        rows=lambda person: StarCount.objects.filter(builder=person),
        erase=None,
        why="how many reviews give how many stars, which the reviews say as well",
    )
    register_personal(
        Deliverable,
        rows=lambda person: Deliverable.objects.filter(Q(added_by=person) | Q(booking__client=person)),
        fields=("title", "kind", "url", "name", "size", "file", "created_at"),
        erase=None,
        why="what was delivered, since the other side paid for it",
    )
    register_personal(
        Statement,
        rows=lambda person: Statement.objects.filter(author=person),
        fields=("text", "name", "file", "created_at"),
        erase=None,
        why="what was said in a dispute, since it was decided by it",
    )
    register_personal(
        ClientNote,
        rows=lambda person: ClientNote.objects.filter(Q(builder=person) | Q(client=person, is_shared=True)),
        fields=("text", "is_shared", "created_at"),
        erase=lambda person: ClientNote.objects.filter(Q(builder=person) | Q(client=person)).delete(),
    )
    register_personal(
        Proposal,
        rows=lambda person: Proposal.objects.filter(Q(booking__client=person) | Q(booking__builder=person)),
        fields=("starts_at", "ends_at", "state", "created_at", "answered_at"),
        erase=None,
        why=RECORDS,
    )
    register_personal(
        Project,
        rows=lambda person: Project.objects.filter(client=person),
        fields=("title", "about", "created_at", "closed_at"),
        erase="delete",
    )


def guests_of(person: Any) -> QuerySet[Guest]:
    """Returns the guests that the person was: those whose booking is in their account now, and those who booked with an
    address that they have confirmed as theirs."""
    addresses = User.objects.get(pk=person.pk).emailaddress_set.filter(verified=True).values_list("email", flat=True)
    is_theirs = Q(bookings__client=person)
    for address in addresses:
        is_theirs |= Q(email__iexact=address, bookings__client=None)
    return Guest.objects.filter(is_theirs).distinct()


def forget_guests(person: Any) -> None:
    """Removes name and address of the guests that the person was, also from what the other side was sent."""
    guests, builders = list(guests_of(person)), acquaintances(person)
    for name in {guest.name for guest in guests}:
        remove_name(name, builders)
    Guest.objects.filter(pk__in=[guest.pk for guest in guests]).update(
        name=ERASED_NAME, email=f"{person.pk.hex}@erased.invalid"
    )


def bookings_as_client(person: Any) -> QuerySet[Booking]:
    """Returns the bookings that the person has made, also as a guest with an address of theirs."""
    return Booking.objects.filter(Q(client=person) | Q(client=None, guest__in=guests_of(person)))


def acquaintances(person: User) -> set[UUID]:
    """Returns the ids of the people who had a booking with the person, or wait for a time of theirs."""
    others = [
        bookings_as_client(person).values_list("builder", flat=True),
        Booking.objects.filter(builder=person, client__isnull=False).values_list("client", flat=True),
        WaitingListEntry.objects.filter(session_type__builder=person).values_list("client", flat=True),
    ]
    return {pk for rows in others for pk in rows}


def forget_session_plans(person: Any) -> None:
    """Deletes a person's plans, after releasing the times held for them."""
    for plan in SessionPlan.objects.filter(client=person):
        holding.release(plan=plan, by=User.objects.get(pk=person.pk))
        plan.delete()


def forget_waiting_list_entries(person: Any) -> None:
    """Deletes a person's entries on waiting lists, after releasing the times held for them."""
    for entry in WaitingListEntry.objects.filter(client=person):
        waiting_list.leave(entry=entry)
        entry.offers.all().delete()
        entry.delete()


def forget_participants(person: Any) -> None:
    """Deletes who was there from meetings that the person was a side of."""
    meetings = Meeting.objects.filter(Q(builder=person) | Q(bookings__client=person))
    Meeting.objects.filter(pk__in=meetings.values("pk")).update(people={})


def hidden_fields(person: Any, booking: Booking) -> set[str]:
    """Returns which of address and link the person's download leaves out: what its pages do not show them."""
    side = Side.CLIENT if booking.client_id == person.pk else Side.BUILDER
    hidden = {"location"} if not place_for(booking, {side}) else set()
    return hidden | {"meeting_url", "zoom_url"} if side == Side.CLIENT and booking.state not in AGREED else hidden


def forget_bookings(person: Any) -> None:
    """Removes a person's texts from their bookings. Sessions ahead are cancelled first, while the person still has the
    name that the other side is notified with."""
    user = User.objects.get(pk=person.pk)
    for booking in Booking.objects.filter(client=user, state__in=AHEAD):
        services.cancel(booking=booking, by=Actor(Side.CLIENT, user))
    for booking in Booking.objects.filter(builder=user, state__in=AHEAD):
        act = services.decline if booking.state == AHEAD[0] else services.cancel
        act(booking=booking, by=Actor(Side.BUILDER, user))
    mine = bookings_as_client(user)
    for booking in mine.filter(client=None, state__in=AHEAD):
        services.cancel(booking=booking, by=Actor(Side.CLIENT))
    mine.update(notes="", location="")
    Booking.objects.filter(builder=user).update(meeting_url="", zoom_url="")
    Booking.objects.filter(builder=user).exclude(in_person_at=AT_CLIENT).update(location="")
    mine.filter(cancelled_by=Side.CLIENT).update(cancel_reason="")
    Booking.objects.filter(cancelled_by=Side.BUILDER, builder=user).update(cancel_reason="")


def _register_skill_reports() -> None:
    register_personal(
        SkillReport,
        rows=lambda person: SkillReport.objects.filter(Q(person=person) | Q(booking__client=person)),
        fields=("skill", "side", "status", "created_at"),
        erase=lambda person: SkillReport.objects.filter(Q(person=person) | Q(booking__client=person)).delete(),
    )
