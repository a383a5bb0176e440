"""Keeps the meetings at Zoom in step with bookings: makes, moves and deletes them.

An outbox message names a booking, and its delivery brings Zoom to what the booking needs now. So messages may arrive
twice or in any order. Zoom is asked between two transactions: the first decides, and marks the meeting as busy; the
second saves the answer. Zoom knows no idempotency keys. A worker that was killed in between may have made a meeting, so
the next one looks for its mark before it makes another.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import Enum
from typing import Any
from uuid import UUID

from django.db import transaction

from accounts.notifications import NewNotification, notify
from bookings.meetings import notifications
from bookings.meetings.rules import CAN_JOIN, may_delete_meeting, needs_meeting, standing_link
from bookings.models import Booking, Meeting
from bookings.states import LIVE
from connections.oauth.models import LinkedAccount
from connections.oauth.services import AccountBroken
from connections.zoom import services as zoom
from connections.zoom import wire
from connections.zoom.configuration import FLAG, platform_hosts
from core import clock, flags, live, outbox
from core.ids import uuid7
from core.models import OutboxMessage

CHANNEL = "zoom"
BUSY_FOR = timedelta(minutes=3)  # longer than a worker asks Zoom, shorter than the lease of its message
LOOK_AGAIN = timedelta(seconds=20)
MOST_STEPS = 4  # for example: it was deleted, so another is made, and meanwhile the booking was moved
BROKEN = (
    "Zoom no longer lets Waymark use your account. Connect it again, and Waymark will create a meeting for "
    "this session."
)
NO_HOST = (
    "All Zoom hosts of the platform have another session at that time. Waymark tries again every few "
    "minutes. You can also add your own link."
)
DELETED_TWICE = "This session’s Zoom meeting was deleted in Zoom twice. Add another link, or book a new session."


class Task(Enum):
    CREATE = "create"
    UPDATE = "update"
    DELETE = "delete"


@dataclass(frozen=True)
class Work:
    """What to ask Zoom about one meeting."""

    task: Task
    meeting: Meeting
    account: LinkedAccount
    plan: wire.MeetingPlan
    may_exist: bool  # an earlier worker may already have made it


def queue(booking: Booking) -> None:
    """Queues that the meeting is brought in step with the booking, in the caller's transaction."""
    outbox.put(
        event=f"zoom:{booking.pk}:{uuid7()}", channel=CHANNEL, recipient="", payload={"booking": str(booking.pk)}
    )


def queue_missing(builder: UUID) -> None:
    """Queues meetings for the builder's confirmed sessions ahead that have no link, since Zoom was connected."""
    ahead = Booking.objects.complete().filter(
        builder=builder, state__in=CAN_JOIN, is_remote=True, ends_at__gt=clock.now(), zoom_url="", meeting_url=""
    )
    for booking in ahead:
        if not standing_link(booking):
            queue(booking)


def queue_without_host(now: datetime) -> None:
    """Queues the meetings ahead for which all hosts of the platform were busy, where one of them is free by now."""
    waiting = Meeting.objects.filter(state=Meeting.State.FAILED, host="", starts_at__gt=now)
    for meeting in waiting.select_related("account"):
        booking = Booking.objects.filter(meeting=meeting, state__in=CAN_JOIN).first()
        if booking is not None and meeting.account is not None and _free_host(meeting.account, booking) is not None:
            queue(booking)


def deliver(message: OutboxMessage) -> None:
    """Brings the meeting of one booking in step with it: the channel's delivery function."""
    for _ in range(MOST_STEPS):
        work = _decide(UUID(message.payload["booking"]))
        if work is None:
            return
        _do(work)


def _do(work: Work) -> None:
    """Asks Zoom and saves the answer."""
    try:
        remote = _ask(work)
    except wire.MeetingGone:
        _save_gone(work.meeting.pk)
        return
    except wire.MeetingRefused as refused:
        _save_failure(work, str(refused), is_final=True)
        raise outbox.Undeliverable(str(refused)) from None
    except AccountBroken:
        _save_failure(work, BROKEN, is_final=True)
        raise outbox.Undeliverable(BROKEN) from None
    except outbox.RetryLater as later:
        _save_failure(work, str(later), is_final=False)
        raise
    _save_done(work, remote)


def _ask(work: Work) -> wire.RemoteMeeting | None:
    meeting, account = work.meeting, work.account
    if work.task == Task.UPDATE:
        wire.update(account, meeting.host, meeting.external_id, work.plan)
        return None
    known = wire.find(account, meeting.host, meeting.mark) if work.may_exist else None
    if work.task == Task.CREATE:
        return known or wire.create(account, meeting.host, work.plan)
    meeting_id = meeting.external_id or (known.id if known else "")
    if meeting_id:
        wire.delete(account, meeting_id)
    return None


@transaction.atomic
def _decide(pk: UUID) -> Work | None:
    """Returns what to ask Zoom, and marks the meeting as busy; None if all is as it should be.

    Raises RetryLater while another worker asks about the same meeting.
    """
    booking = Booking.objects.select_for_update(no_key=True, of=("self",)).complete().filter(pk=pk).first()
    if booking is None:
        return None
    now = clock.now()
    _leave_group_that_stayed(booking)
    locked = Meeting.objects.select_for_update(no_key=True)
    meeting = locked.filter(pk=booking.meeting_id).first() if booking.meeting_id is not None else None
    if needs_meeting(booking, now, has_one=meeting is not None and meeting.is_live):
        return _work_for_wanted(booking, meeting, now)
    is_live = meeting is not None and meeting.is_live
    if meeting is None or not is_live or not may_delete_meeting(booking, now) or _others(meeting.pk, booking).exists():
        return None
    return _claim(Task.DELETE, booking, meeting, now)


def _work_for_wanted(booking: Booking, meeting: Meeting | None, now: datetime) -> Work | None:
    if meeting is None or not meeting.is_live:
        meeting = _join_or_start(booking, meeting)
    if meeting is None:
        return None
    if meeting.state == Meeting.State.WANTED:
        return _claim(Task.CREATE, booking, meeting, now)
    if booking.zoom_url != meeting.join_url:
        _show_link(booking, meeting)
    at_zoom = (meeting.starts_at, meeting.minutes, meeting.topic)
    if at_zoom == (booking.starts_at, booking.minutes, _topic(booking)):
        return None
    account = meeting.account
    if account is not None and account.owner_id is None and meeting.host in _taken_hosts(_locked(account), booking):
        return _claim(Task.DELETE, booking, meeting, now)  # the next step makes another, with another host
    return _claim(Task.UPDATE, booking, meeting, now)


def _join_or_start(booking: Booking, former: Meeting | None) -> Meeting | None:
    """Returns the meeting of the booking's group, or a new one; None if no meeting can be made."""
    others = Booking.objects.filter(seat__reservation=booking.seat.reservation_id, state__in=CAN_JOIN)
    shared = Meeting.objects.filter(bookings__in=others, state__in=("wanted", "made")).first()
    if shared is not None:
        _set(booking, meeting=shared)
        return shared
    was_deleted = former is not None and former.state == Meeting.State.GONE
    if former is not None and was_deleted and former.is_anew:
        _say_deleted_twice(booking, former)
        return None
    account = zoom.account_of(booking.builder_id)
    if account is None or not flags.is_on_for(booking.builder, FLAG):
        return None
    host = _host(account, booking)
    meeting = former if former is not None and former.state == Meeting.State.FAILED else Meeting(is_anew=was_deleted)
    meeting.builder, meeting.account, meeting.host = booking.builder, account, host or ""
    meeting.topic, meeting.starts_at, meeting.minutes = _topic(booking), booking.starts_at, booking.minutes
    meeting.state, meeting.error = (Meeting.State.WANTED, "") if host else (Meeting.State.FAILED, NO_HOST)
    meeting.save()
    _set(booking, meeting=meeting)
    return meeting if host else None


def _host(account: LinkedAccount, booking: Booking) -> str | None:
    """Returns in whose name the meeting is made: the builder's own, or a host of the platform who is free then."""
    if account.owner_id is not None:
        return "me"
    return _free_host(_locked(account), booking)


def _locked(account: LinkedAccount) -> LinkedAccount:
    """Locks the platform's account, so that one host is chosen at a time."""
    return LinkedAccount.objects.select_for_update(of=["self"]).get(pk=account.pk)


def _free_host(account: LinkedAccount, booking: Booking) -> str | None:
    taken = _taken_hosts(account, booking)
    return next((host for host in platform_hosts() if host not in taken), None)


def _taken_hosts(account: LinkedAccount, booking: Booking) -> set[str]:
    """Returns the hosts of the platform who have another meeting at the time of the booking."""
    near = Meeting.objects.filter(
        account=account, state__in=("wanted", "made"), starts_at__lt=booking.ends_at,
        starts_at__gt=booking.starts_at - timedelta(days=1),
    )  # fmt: skip
    return {
        meeting.host
        for meeting in near
        if meeting.pk != booking.meeting_id
        and meeting.starts_at + timedelta(minutes=meeting.minutes) > booking.starts_at
    }


def _claim(task: Task, booking: Booking, meeting: Meeting, now: datetime) -> Work | None:
    if meeting.busy_until is not None and meeting.busy_until > now:
        raise outbox.RetryLater("Another worker asks Zoom about this meeting.", LOOK_AGAIN)
    account = account_for(meeting)
    if account is None:
        return None  # disconnected since: what was made there stays as it is
    may_exist = meeting.tried_at is not None and not meeting.external_id
    meeting.busy_until, meeting.tried_at = now + BUSY_FOR, meeting.tried_at or now
    meeting.account = account
    meeting.save(update_fields=["busy_until", "tried_at", "account", "changed_at"])
    plan = wire.MeetingPlan(_topic(booking), booking.starts_at, booking.minutes, booking.builder.timezone, meeting.mark)
    return Work(task, meeting, account, plan, may_exist)


def account_for(meeting: Meeting) -> LinkedAccount | None:
    """Returns the account that a meeting is in: after it was disconnected, the one that was connected since."""
    return meeting.account or zoom.account_of(meeting.builder_id)


def _leave_group_that_stayed(booking: Booking) -> None:
    """Removes a booking that was moved away from its group from the group's meeting, which stays."""
    if booking.meeting_id is None or not _others(booking.meeting_id, booking).exists():
        return
    stays = _others(booking.meeting_id, booking).exclude(seat__reservation=booking.seat.reservation_id)
    if stays.exists():
        _set(booking, meeting=None, zoom_url="")


def _others(meeting: UUID, booking: Booking) -> Any:
    return Booking.objects.filter(meeting=meeting, state__in=CAN_JOIN).exclude(pk=booking.pk)


def _topic(booking: Booking) -> str:
    """Returns the title that both sides read at Zoom. It names no client, since a group reads it too."""
    return f"{booking.title} with {booking.builder.display_name}"[: wire.LONGEST_TOPIC]


# Saving what Zoom answered ------------------------------------------------------------------------------


@transaction.atomic
def _save_done(work: Work, remote: wire.RemoteMeeting | None) -> None:
    bookings = _bookings_of(work.meeting.pk)
    meeting = Meeting.objects.select_for_update(no_key=True).get(pk=work.meeting.pk)
    meeting.busy_until, meeting.error = None, ""
    if work.task == Task.DELETE:
        meeting.state = Meeting.State.DELETED
        _hide_link(bookings)
    else:
        meeting.topic, meeting.starts_at, meeting.minutes = work.plan.topic, work.plan.start, work.plan.minutes
    if remote is not None:
        meeting.state, meeting.external_id, meeting.join_url = Meeting.State.MADE, remote.id, remote.join_url
        for booking in bookings:
            if booking.state in LIVE:
                _show_link(booking, meeting)
    meeting.save()


@transaction.atomic
def _save_failure(work: Work, sentence: str, *, is_final: bool) -> None:
    meeting = Meeting.objects.select_for_update(no_key=True).get(pk=work.meeting.pk)
    meeting.busy_until, meeting.error = None, sentence[:300]
    if is_final and meeting.state == Meeting.State.WANTED:
        meeting.state = Meeting.State.FAILED
    meeting.save(update_fields=["busy_until", "error", "state", "changed_at"])
    live.publish(f"person:{meeting.builder_id}", "change")


@transaction.atomic
def _save_gone(pk: UUID) -> None:
    """Records that the meeting was deleted at Zoom. Its bookings get another at the next delivery."""
    bookings = _bookings_of(pk)
    meeting = Meeting.objects.select_for_update(no_key=True).get(pk=pk)
    if meeting.state == Meeting.State.MADE:
        meeting.state, meeting.busy_until = Meeting.State.GONE, None
        meeting.save(update_fields=["state", "busy_until", "changed_at"])
        _hide_link(bookings)


def forget_deleted(pk: UUID) -> None:
    """Answers the news that a meeting was deleted at Zoom: sessions that are still ahead get another one."""
    _save_gone(pk)
    now = clock.now()
    for booking in Booking.objects.filter(meeting=pk, state__in=CAN_JOIN, ends_at__gt=now):
        queue(booking)


def _bookings_of(meeting: UUID) -> list[Booking]:
    """Returns the bookings of a meeting, locked in an order in which no two workers wait for each other."""
    locked = Booking.objects.select_for_update(no_key=True, of=("self",)).complete()
    return list(locked.filter(meeting=meeting).order_by("pk"))


def _show_link(booking: Booking, meeting: Meeting) -> None:
    _set(booking, zoom_url=meeting.join_url)
    notifications.queue_made_link(booking)


def _hide_link(bookings: list[Booking]) -> None:
    for booking in bookings:
        _set(booking, zoom_url="")


def _set(booking: Booking, **values: Any) -> None:
    """Saves these fields alone. The version stays, since nobody has changed what was agreed."""
    for name, value in values.items():
        setattr(booking, name, value)
    booking.save(update_fields=[*values, "changed_at"])


def _say_deleted_twice(booking: Booking, former: Meeting) -> None:
    """Notifies the builder, once for each booking, instead of making a third meeting that somebody deletes."""
    Meeting.objects.filter(pk=former.pk).update(error=DELETED_TWICE)
    notify(
        booking.builder,
        NewNotification(
            kind="booking",
            event=f"zoom deleted:{booking.pk}:{former.pk}",
            title=f"{booking.reference} has no Zoom meeting",
            text=DELETED_TWICE,
            path=booking.get_absolute_url(),
            call="See the booking",
        ),
    )
