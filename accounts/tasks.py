"""Periodic jobs for exports, API tokens, sign-ups and address changes."""

from __future__ import annotations

from datetime import datetime, timedelta

from accounts.models import AddressChange, SignUp
from accounts.personal_data import exports
from accounts.tokens import services as tokens
from core.jobs import periodic


@periodic(every=timedelta(hours=1), offset=timedelta(minutes=20))
def remove_old_exports(now: datetime) -> None:
    exports.remove_expired(now)


@periodic(every=timedelta(hours=1), offset=timedelta(minutes=35))
def remind_of_ending_tokens(now: datetime) -> None:
    tokens.remind_of_ending(now)


@periodic(every=timedelta(hours=1), offset=timedelta(minutes=40))
def remove_expired_proofs(now: datetime) -> None:
    """Deletes sign-ups and address changes that nobody confirmed in time."""
    SignUp.objects.expired(now).delete()
    AddressChange.objects.expired(now).delete()
