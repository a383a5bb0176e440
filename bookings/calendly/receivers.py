"""Answers the signals of the layer below: events of an account were read, an account was disconnected."""

from __future__ import annotations

from typing import Any

from django.dispatch import receiver

from bookings.calendly import services
from scheduling.calendly.busy import events_read
from scheduling.calendly.services import account_left


@receiver(events_read, dispatch_uid="bookings of calendly")
def take_over_events(sender: Any, details: Any, calendly: Any, events: Any, now: Any, **kwargs: Any) -> None:
    services.read_events(details=details, calendly=calendly, events=events, now=now)


@receiver(account_left, dispatch_uid="bookings of calendly")
def leave_bookings(sender: Any, builder: Any, **kwargs: Any) -> None:
    services.forget_account(builder)
