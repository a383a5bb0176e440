"""Services for maintenance, announcements and the rule for joining."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.db.models import QuerySet

from core import audit, clock
from core.errors import Refusal, Refused
from core.locks import lock_until_commit
from core.policies import state
from core.policies.models import Announcement, Maintenance, SignUpPolicy

LONGEST = timedelta(days=2)  # a maintenance that was forgotten ends by then
WRONG_END = "Choose an end after the start."


@transaction.atomic
def plan_maintenance(
    *, by: Any, starts_at: datetime | None, ends_at: datetime, message: str = "", announced_at: datetime | None = None
) -> Maintenance:
    """Plans a maintenance; without a start it begins now. Refuses a second one while another is coming or running."""
    lock_until_commit("maintenance")
    now = clock.now()
    start = max(starts_at or now, now)
    if ends_at <= start:
        raise Refused(Refusal.INVALID, fields={"ends_at": [WRONG_END]})
    if ends_at - start > LONGEST:
        raise Refused(Refusal.INVALID, fields={"ends_at": ["A maintenance lasts two days at most."]})
    if open_maintenance(now) is not None:
        raise Refused(Refusal.STALE, "A maintenance is planned or running already. End that one first.")
    window = Maintenance.objects.create(
        message=message, announced_at=min(announced_at or now, start), starts_at=start, ends_at=ends_at, created_by=by
    )
    _record(by, "maintenance planned", window, {"from": start, "until": ends_at, "message": message})
    return window


@transaction.atomic
def change_end(*, window: Maintenance, by: Any, ends_at: datetime) -> None:
    """Changes when a maintenance that is coming or running ends."""
    now = clock.now()
    if ends_at <= max(now, window.starts_at) or ends_at - window.starts_at > LONGEST:
        raise Refused(
            Refusal.INVALID, fields={"ends_at": ["Choose an end after now, and two days after the start at most."]}
        )
    if not Maintenance.objects.filter(pk=window.pk, ended_at=None, ends_at__gt=now).update(ends_at=ends_at):
        raise Refused(Refusal.STALE, "This maintenance has ended.")
    _record(by, "maintenance end changed", window, {"until": ends_at}, before={"until": window.ends_at})
    window.ends_at = ends_at


@transaction.atomic
def end_maintenance(*, by: Any) -> bool:
    """Ends the maintenance that is running, or cancels the one that is planned; returns False if there is none."""
    now = clock.now()
    window = open_maintenance(now)
    if window is None or not Maintenance.objects.filter(pk=window.pk, ended_at=None).update(ended_at=now):
        return False
    action = "maintenance ended" if window.starts_at <= now else "maintenance cancelled"
    _record(by, action, window, {"at": now})
    return True


def open_maintenance(now: datetime) -> Maintenance | None:
    """Returns the maintenance that is coming or running. One query."""
    return Maintenance.objects.filter(ended_at=None, ends_at__gt=now).order_by("starts_at").first()


def past_maintenance(now: datetime) -> QuerySet[Maintenance]:
    """Returns those that have ended or were cancelled, the latest first."""
    return Maintenance.objects.exclude(ended_at=None, ends_at__gt=now).select_related("created_by")


@transaction.atomic
def save_announcement(*, by: Any, announcement: Announcement | None = None, **values: Any) -> Announcement:
    """Creates an announcement, or changes one."""
    if values["ends_at"] <= values["starts_at"]:
        raise Refused(Refusal.INVALID, fields={"ends_at": [WRONG_END]})
    row = announcement or Announcement(created_by=by)
    before = {name: getattr(row, name) for name in values} if announcement else None
    for name, value in values.items():
        setattr(row, name, value)
    row.save()
    _record(by, "announcement changed" if announcement else "announcement made", row, values, before=before)
    return row


@transaction.atomic
def end_announcement(*, announcement: Announcement, by: Any) -> None:
    """Ends an announcement now; one that has not begun is removed."""
    now = clock.now()
    if announcement.starts_at >= now:
        _record(by, "announcement removed", announcement, {}, before={"text": announcement.text})
        announcement.delete()
        return
    if Announcement.objects.filter(pk=announcement.pk, ends_at__gt=now, starts_at__lt=now).update(ends_at=now):
        _record(by, "announcement ended", announcement, {"at": now}, before={"until": announcement.ends_at})


@transaction.atomic
def set_sign_up(*, by: Any, mode: str, message: str = "") -> None:
    """Sets who may join."""
    lock_until_commit("rule for joining")
    earlier = SignUpPolicy.objects.first()
    rule, _ = SignUpPolicy.objects.update_or_create(pk=1, defaults={"mode": mode, "message": message})
    before = {"mode": earlier.mode if earlier else SignUpPolicy.Mode.OPEN}
    _record(by, "rule for joining changed", rule, {"mode": mode, "message": message}, before=before)


def _record(by: Any, action: str, subject: Any, after: dict[str, Any], before: dict[str, Any] | None = None) -> None:
    """Writes the audit row. Pages of this process show the change at once."""
    audit.record(actor=by, action=action, subject=subject, before=before, after=after)
    state.forget()
    transaction.on_commit(state.forget)
