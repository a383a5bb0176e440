"""The alarms: what each measures, and in which words. `config/alarms.toml` has their limits."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from django.conf import settings
from django.db import connection
from django.db.models import Count, Max, Q, Sum

from bookings.models import BookingAttempt
from connections.models import Connection
from operations.alarms.limits import AlarmLimit
from operations.health.certificate import days_left
from operations.health.checks import free_share
from operations.health.databases import replica_states
from operations.health.registry import Verdict, read_health
from operations.models import BackupRecord, ErrorCount
from payments.models import Payment, ProviderCheck

BOOKING_SPAN = timedelta(minutes=30)
PAYMENT_SPAN = timedelta(hours=1)
OWN_ALARM = ("backups", "alarms")  # lines of health: the first has an alarm, the second is about these
GONE = 86_400.0  # seconds that a replica counts as behind while it cannot be read


@dataclass(frozen=True)
class Measurement:
    """What was measured. `value` is None where there is nothing to measure, such as a certificate of a site without https."""

    value: float | None
    sentence: str


@dataclass(frozen=True)
class Alarm:
    """One alarm. `measure(now, limit)` takes few queries; `goes_on_below` is for values that are good when they are high."""

    name: str
    label: str
    unit: str
    measure: Callable[[datetime, AlarmLimit], Measurement]
    goes_on_below: bool = False

    def is_past(self, value: float, limit: AlarmLimit) -> bool:
        """Whether the value has passed the limit."""
        return value < limit.limit if self.goes_on_below else value >= limit.limit

    def is_clear(self, value: float, limit: AlarmLimit) -> bool:
        """Whether an alarm that is on goes off with this value. Between the two limits it stays as it is."""
        return value >= limit.clear if self.goes_on_below else value <= limit.clear


def _queue_age(now: datetime, limit: AlarmLimit) -> Measurement:
    with connection.cursor() as cursor:
        cursor.execute(
            """
            SELECT channel, due_at FROM core_outboxmessage
            WHERE state = 'waiting' AND due_at <= %s ORDER BY due_at LIMIT 1
            """,
            [now],
        )
        row = cursor.fetchone()
    if row is None:
        return Measurement(0, "Nothing is due in the outbox.")
    minutes = (now - row[1]).total_seconds() / 60
    return Measurement(minutes, f"The oldest message of the queue {row[0]} has waited for {minutes:.0f} minutes.")


def _booking_errors(now: datetime, limit: AlarmLimit) -> Measurement:
    counts = ErrorCount.objects.filter(area=ErrorCount.Area.BOOKING, minute__gte=now - BOOKING_SPAN)
    errors = counts.aggregate(total=Sum("count"))["total"] or 0
    if errors < max(1, limit.minimum):
        return Measurement(0, f"{errors} errors while booking in 30 minutes.")
    attempts = BookingAttempt.objects.filter(started_at__gte=now - BOOKING_SPAN).count()
    share = min(100.0, errors * 100 / max(attempts, errors))
    return Measurement(share, f"{errors} errors beside {attempts} attempts to book in 30 minutes.")


def _failed_payments(now: datetime, limit: AlarmLimit) -> Measurement:
    count = Payment.objects.filter(changed_at__gte=now - PAYMENT_SPAN).exclude(problem="").count()
    return Measurement(count, f"{count} payments failed in the last hour.")


def _unread_health(now: datetime, limit: AlarmLimit) -> Measurement:
    lines = [line for line in read_health(now) if line.name not in OWN_ALARM and not line.name.startswith("replica")]
    bad = [line.label for line in lines if line.verdict == Verdict.BAD]
    return Measurement(len(bad), f"Bad: {', '.join(bad)}." if bad else "Nothing is bad.")


def _unread_calendars(now: datetime, limit: AlarmLimit) -> Measurement:
    failing = Count("pk", filter=Q(state=Connection.State.FAILING))
    counts = Connection.objects.aggregate(total=Count("pk"), failing=failing)
    if counts["total"] < max(1, limit.minimum):
        return Measurement(0, f"{counts['failing']} of {counts['total']} calendars cannot be read.")
    share = counts["failing"] * 100 / counts["total"]
    return Measurement(share, f"{counts['failing']} of {counts['total']} calendars cannot be read.")


def _disk(now: datetime, limit: AlarmLimit) -> Measurement:
    free = free_share(Path(settings.MEDIA_ROOT))
    return Measurement(free, f"{free:.0f}% of the disk with the files is free.")


def _certificate(now: datetime, limit: AlarmLimit) -> Measurement:
    days = days_left(now)
    if days is None:
        return Measurement(None, "The site has no certificate that could be read.")
    return Measurement(days, f"The certificate ends in {days:.0f} days.")


def _backup_age(now: datetime, limit: AlarmLimit) -> Measurement:
    good = BackupRecord.objects.filter(kind=BackupRecord.Kind.BACKUP, is_good=True)
    made_at = good.aggregate(last=Max("finished_at"))["last"]
    if made_at is None:
        return Measurement(math.inf, "No backup has been recorded.")
    hours = (now - made_at).total_seconds() / 3600
    return Measurement(hours, f"The last good backup is {hours:.0f} hours old.")


def _reconciliation(now: datetime, limit: AlarmLimit) -> Measurement:
    check = ProviderCheck.objects.filter(name=ProviderCheck.Name.LEDGER).first()
    if check is None:
        return Measurement(0, "The ledger has not been compared with a payment provider.")
    return Measurement(check.count, check.problem or "The ledger agrees with the payment provider.")


def _replica_lag(now: datetime, limit: AlarmLimit) -> Measurement:
    states = replica_states()
    if not states:
        return Measurement(None, "There is no replica.")
    lags = {alias: GONE if state.lag is None else state.lag for alias, state in states.items()}
    alias = max(lags, key=lambda name: lags[name])
    if states[alias].lag is None:
        return Measurement(GONE, f"{alias} cannot be read: {states[alias].problem}")
    return Measurement(lags[alias], f"{alias} is {lags[alias]:.0f} seconds behind.")


ALARMS: tuple[Alarm, ...] = (
    Alarm("queue_age", "Messages are not delivered", "minutes", _queue_age),
    Alarm("booking_errors", "Booking fails", "%", _booking_errors),
    Alarm("failed_payments", "Payments fail", "payments", _failed_payments),
    Alarm("unread_health", "A part of Waymark is not well", "parts", _unread_health),
    Alarm("unread_calendars", "Calendars cannot be read", "%", _unread_calendars),
    Alarm("disk", "The disk is nearly full", "% free", _disk, goes_on_below=True),
    Alarm("certificate", "The certificate is about to end", "days", _certificate, goes_on_below=True),
    Alarm("replica_lag", "A replica is behind or gone", "seconds", _replica_lag),
    Alarm("backup_age", "There is no recent backup", "hours", _backup_age),
    Alarm("reconciliation", "The ledger and the payment provider differ", "differences", _reconciliation),
)
BY_NAME = {alarm.name: alarm for alarm in ALARMS}
