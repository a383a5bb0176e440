"""Periodic jobs for exports, API tokens, sign-ups, address changes and member data."""

from __future__ import annotations

from datetime import datetime, timedelta

from accounts.members import duplicates, imports, reminders
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


@periodic(every=timedelta(days=1), offset=timedelta(hours=1, minutes=10))
def remind_of_expiring_licenses(now: datetime) -> None:
    reminders.remind(now)


@periodic(every=timedelta(days=1), offset=timedelta(hours=3, minutes=40))
def look_for_duplicate_members(now: datetime) -> None:
    """Finds duplicates anew, and deletes old files of imports."""
    duplicates.refresh_all()
    imports.forget_old(now)
