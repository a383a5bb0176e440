"""Evaluates the alarms, and reports each change of their state once."""

from __future__ import annotations

import logging
import math
from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction
from django.urls import reverse

from core import outbox
from core.mail import Email, queue_email
from operations.alarms.definitions import ALARMS, Alarm, Measurement
from operations.alarms.limits import AlarmLimit, limits
from operations.models import AlarmState

logger = logging.getLogger(__name__)

CHANNEL = "alarm"
WEBHOOK = "webhook"  # the recipient of a message to ALARM_WEBHOOK


def evaluate(now: datetime) -> list[AlarmState]:
    """Measures all alarms and returns the states that have changed. Two workers at once report a change once."""
    known = limits()
    changed = [_record(alarm, known[alarm.name], _measured(alarm, known[alarm.name], now), now) for alarm in ALARMS]
    return [state for state in changed if state is not None]


def _measured(alarm: Alarm, limit: AlarmLimit, now: datetime) -> Measurement:
    try:
        return alarm.measure(now, limit)
    except Exception:  # an alarm must not keep the others from being evaluated
        logger.exception("alarms: %s could not be measured", alarm.name)
        return Measurement(None, "It could not be measured; the logs say why.")


@transaction.atomic
def _record(alarm: Alarm, limit: AlarmLimit, measured: Measurement, now: datetime) -> AlarmState | None:
    """Saves what was measured, and returns the state if it has changed by it. The row is locked, so that of two workers one
    sees what the other has written; the outbox takes a message about one change once besides."""
    AlarmState.objects.get_or_create(name=alarm.name)
    state = AlarmState.objects.select_for_update().get(name=alarm.name)
    if state.checked_at is not None and state.checked_at > now:
        return None  # another worker was later
    state.checked_at, state.value, state.sentence = now, measured.value, measured.sentence[:300]
    is_changed = _move(alarm, limit, state, now)
    state.save()
    if not is_changed:
        return None
    _report(alarm, state)
    return state


def _move(alarm: Alarm, limit: AlarmLimit, state: AlarmState, now: datetime) -> bool:
    """Sets an alarm on or off by its value; returns whether that is a change. Without a value it stays as it is."""
    if state.value is None:
        return False
    if state.is_on:
        if not alarm.is_clear(state.value, limit):
            return False
        state.is_on, state.changed_at, state.pending_since = False, now, None
        return True
    if not alarm.is_past(state.value, limit):
        state.pending_since = None
        return False
    state.pending_since = state.pending_since or now
    if now - state.pending_since < timedelta(minutes=limit.minutes):
        return False
    state.is_on, state.changed_at, state.pending_since = True, now, None
    return True


def _report(alarm: Alarm, state: AlarmState) -> None:
    """Queues one message for each address of ALARM_MAIL, and one for ALARM_WEBHOOK."""
    word = "on" if state.is_on else "off"
    event = f"alarm:{alarm.name}:{word}:{state.changed_at:%Y%m%d%H%M%S%f}"
    page = f"{settings.SITE_URL}{reverse('operations:alarm', args=[alarm.name])}"
    logger.log(logging.ERROR if state.is_on else logging.INFO, "alarm %s is %s: %s", alarm.name, word, state.sentence)
    for address in settings.ALARM_MAIL:
        queue_email(_email(alarm, state, page), to=address, event=event)
    if settings.ALARM_WEBHOOK:
        outbox.put(event=event, channel=CHANNEL, recipient=WEBHOOK, payload=_payload(alarm, state, page))


def _email(alarm: Alarm, state: AlarmState, page: str) -> Email:
    return Email(
        subject=f"Alarm: {alarm.label}" if state.is_on else f"Over: {alarm.label}",
        greeting="Hello,",
        paragraphs=[state.sentence, "This alarm went on." if state.is_on else "This alarm is over."],
        button=("What to do" if state.is_on else "Look at it", page),
        small_print="You get this because your address is in ALARM_MAIL. An alarm is mailed once when it goes on, and once when it is over.",
    )


def _payload(alarm: Alarm, state: AlarmState, page: str) -> dict[str, object]:
    """Returns the body for ALARM_WEBHOOK. `text` is what the webhooks of chat programs show."""
    assert state.changed_at is not None
    value = None if state.value is None or math.isinf(state.value) else state.value
    heading = f"{'Alarm' if state.is_on else 'Over'}: {alarm.label}."
    return {
        "text": f"{heading} {state.sentence} {page}", "alarm": alarm.name, "state": "on" if state.is_on else "off",
        "at": state.changed_at.isoformat(), "value": value, "sentence": state.sentence, "runbook": page,
    }  # fmt: skip
