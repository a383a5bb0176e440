"""Runs that bring session types in step with Calendly: queued, claimed with a lease, tried again, finished once.

The row is what there is to do: a worker that is killed leaves it, and after its lease another one takes it. A run asks
Calendly outside of any transaction.
"""

from __future__ import annotations

import logging
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Exists, OuterRef, Q, QuerySet

from accounts.roles import Role
from connections.calendly import service
from connections.calendly.accounts import details_of, keep_webhook
from connections.calendly.client import CalendlyFault, calendly_of
from connections.models import LinkedAccount
from connections.oauth.services import AccountBroken
from core import clock, live, outbox
from core.errors import Refused
from core.models import OutboxMessage
from core.redaction import redacted
from core.service_calls import ServiceDown
from scheduling.calendly import event_types
from scheduling.calendly.event_types import DEACTIVATED, Upstream
from scheduling.calendly.models import CalendlySync

logger = logging.getLogger(__name__)

CHANNEL = "calendly-sync"
TOPIC = "calendly"
EVERY = timedelta(minutes=15)
LEASE = timedelta(minutes=5)
MOST_ATTEMPTS = 8
FIRST_PAUSE, LONGEST_PAUSE = timedelta(seconds=30), timedelta(minutes=15)
KEPT = timedelta(days=14)
PROGRESS_EVERY = 10  # event types
UNFINISHED = (CalendlySync.Status.QUEUED, CalendlySync.Status.RUNNING)
BROKEN = "Calendly no longer accepts the token. Connect your account again."
FAULT = "Something went wrong in Waymark with this account. We will try again later."


class NotAllInStep(Exception):
    """Some event types cannot become what they are on Calendly, with the reasons. The others were brought in step."""


def request(*, account: LinkedAccount) -> CalendlySync:
    """Queues a run, or returns the one that is not finished yet: a second request returns the same run.

    One that waits after a fault is tried at once, unless Calendly said how long to wait.
    """
    now = clock.now()
    with transaction.atomic():
        run, is_new = CalendlySync.objects.get_or_create(
            account=account, status__in=UNFINISHED, defaults={"due_at": now}
        )
        waiting = CalendlySync.objects.filter(pk=run.pk, status=CalendlySync.Status.QUEUED, has_to_wait=False)
        if is_new or waiting.filter(due_at__gt=now).update(due_at=now):
            run.refresh_from_db()
            event = f"calendly sync {run.pk} {run.attempts}"
            outbox.put(event=event, channel=CHANNEL, recipient=str(account.pk), payload={"sync": str(run.pk)})
    return run


def deliver(message: OutboxMessage) -> None:
    """Works on the run that was just asked for, if nobody else does. What is left is for `work_on_due`."""
    run = claim(message.payload["sync"])
    if run is not None:
        work_on(run)


def queue_due(now: datetime) -> int:
    """Queues a run for each working account that had none in the last quarter of an hour. Returns how many."""
    runs = CalendlySync.objects.filter(account=OuterRef("pk"))
    recent = runs.filter(Q(status__in=UNFINISHED) | Q(finished_at__gt=now - EVERY))
    due = (
        LinkedAccount.objects.working()
        .filter(service=service.NAME, owner__grants__role=Role.BUILDER, owner__grants__revoked_at__isnull=True)
        .filter(~Exists(recent))
        .distinct()
    )
    queued = [CalendlySync(account=account, due_at=now) for account in due]
    CalendlySync.objects.bulk_create(queued, ignore_conflicts=True)
    return len(queued)


def count_due(now: datetime) -> int:
    return _due(now).count()


def work_on_due() -> int:
    """Works on runs that are due, one after another, and returns how many those were."""
    count = 0
    while not outbox.is_stopping.is_set() and (run := claim()) is not None:
        work_on(run)
        count += 1
    return count


def claim(pk: str | None = None) -> CalendlySync | None:
    """Leases a run that is due, the one that is named or the one that waits for longest."""
    now = clock.now()
    due = _due(now).order_by("due_at").select_related("account__owner")
    if pk is not None:
        due = due.filter(pk=pk)
    with transaction.atomic():
        run = due.select_for_update(skip_locked=True, of=["self"]).first()
        if run is None:
            return None
        run.status, run.leased_until, run.attempts = CalendlySync.Status.RUNNING, now + LEASE, run.attempts + 1
        run.started_at = run.started_at or now
        run.created = run.updated = run.deactivated = run.unchanged = run.total = 0
        run.save()
    _show(run)
    return run


def _due(now: datetime) -> QuerySet[CalendlySync]:
    is_free = Q(leased_until__isnull=True) | Q(leased_until__lt=now)
    return CalendlySync.objects.filter(is_free, status__in=UNFINISHED, due_at__lte=now)


def work_on(run: CalendlySync) -> None:
    """Runs it and saves what became of it. Only a fault of Calendly's or of ours lets it be tried again."""
    try:
        _bring_in_step(run)
    except ServiceDown as down:
        _try_later(run, str(down), down.wait)
    except AccountBroken:
        _finish(run, CalendlySync.Status.FAILED, BROKEN)
    except CalendlyFault as fault:
        _finish(run, CalendlySync.Status.FAILED, fault.sentence)
    except NotAllInStep as reasons:
        _finish(run, CalendlySync.Status.FAILED, str(reasons))
    except Exception:
        logger.exception("calendly sync %s failed", run.pk)
        _try_later(run, FAULT, None)
    else:
        _finish(run, CalendlySync.Status.SUCCEEDED, "")


def read_event_types(account: LinkedAccount, *, seconds: float = 10) -> list[Upstream]:
    """Returns the event types of an account, from all pages, with the places of its groups.

    `seconds` are for each page.
    """
    calendly = calendly_of(account, seconds=seconds)
    details = details_of(account, calendly)
    builder = account.owner_id
    assert builder is not None
    read = [row for row in calendly.event_types(details.user_uri) if row.is_usual]
    rows = event_types.rows_of(builder) if any(row.is_group for row in read) else {}
    upstream = []
    for row in read:
        known = rows.get(row.uri)
        seats = event_types.seats_known(known) if row.is_group else 1
        if event_types.needs_seats(known, row):
            seats = max(seats, calendly.seats_left(row.uri, clock.now() + timedelta(minutes=5)))
        upstream.append(Upstream(row, seats))
    return upstream


def _bring_in_step(run: CalendlySync) -> None:
    builder = run.account.owner
    assert builder is not None
    read = read_event_types(run.account)
    _keep_webhook(run.account)
    rows = event_types.rows_of(builder.pk)
    run.total = len(read)
    now = clock.now()
    refused: list[str] = []
    for number, upstream in enumerate(read, 1):
        row = rows.pop(upstream.event_type.uri, None)
        try:
            outcome = event_types.bring_in_step(builder=builder, upstream=upstream, row=row)
        except Refused as refusal:
            refused.append(f"“{upstream.event_type.name[:80]}”: {refusal.text}")
            continue
        setattr(run, outcome, getattr(run, outcome) + 1)
        if number % PROGRESS_EVERY == 0:
            _save_progress(run)
    for row in rows.values():
        if event_types.deactivate_gone(builder=builder, row=row, now=now) == DEACTIVATED:
            run.deactivated += 1
    if refused:
        raise NotAllInStep(" ".join([*refused[:3], "All other fields match Calendly."]))


def _keep_webhook(account: LinkedAccount) -> None:
    """Makes our webhook right after connecting, so that the first booking is told at once. One query after that."""
    calendly = calendly_of(account)
    keep_webhook(details_of(account, calendly), calendly, clock.now())


def _save_progress(run: CalendlySync) -> None:
    """Saves the progress of the run, extends its lease, and updates open pages."""
    run.leased_until = clock.now() + LEASE
    _save(run)


def _finish(run: CalendlySync, status: CalendlySync.Status, error: str) -> None:
    run.status, run.error, run.finished_at, run.leased_until = status, error[:300], clock.now(), None
    _save(run)


def _try_later(run: CalendlySync, sentence: str, wait: timedelta | None) -> None:
    """Queues the run again, after the pause that Calendly asks for. Others that share its token wait as long."""
    if run.attempts >= MOST_ATTEMPTS:
        _finish(run, CalendlySync.Status.FAILED, sentence)
        return
    pause = wait or min(LONGEST_PAUSE, FIRST_PAUSE * 2 ** (run.attempts - 1))
    run.status, run.error, run.leased_until = CalendlySync.Status.QUEUED, redacted(sentence)[:300], None
    run.due_at, run.has_to_wait = clock.now() + pause, wait is not None
    _save(run)
    if wait is not None and run.account.kind == LinkedAccount.Kind.SERVER:
        shared = CalendlySync.objects.filter(account__service=service.NAME, account__kind=LinkedAccount.Kind.SERVER)
        queued = shared.filter(status=CalendlySync.Status.QUEUED, due_at__lt=run.due_at)
        queued.update(due_at=run.due_at, has_to_wait=True)


def _save(run: CalendlySync) -> None:
    """Saves the run unless another worker has claimed it in the meantime."""
    names = (
        "status", "created", "updated", "deactivated", "unchanged", "total", "error", "due_at", "has_to_wait", "leased_until",
        "finished_at",
    )  # fmt: skip
    mine = CalendlySync.objects.filter(pk=run.pk, status=CalendlySync.Status.RUNNING, attempts=run.attempts)
    mine.update(**{name: getattr(run, name) for name in names})
    _show(run)


def _show(run: CalendlySync) -> None:
    live.publish(f"{TOPIC}:{run.account.owner_id}", "change")


def forget_old(now: datetime) -> None:
    """Deletes runs that finished two weeks ago."""
    CalendlySync.objects.filter(finished_at__lt=now - KEPT).delete()
