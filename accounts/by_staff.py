"""What staff do with the account of a person, each with a reason that the audit keeps."""

from __future__ import annotations

from django.db import transaction
from django.urls import reverse

from accounts.addresses import changes
from accounts.addresses import services as addresses
from accounts.models import User
from accounts.notifications import NewNotification, notify
from accounts.personal_data import erasure
from accounts.personal_data.erasure import end_sessions
from accounts.refusals import AccountRefusal
from accounts.services import set_active
from accounts.tokens import services as tokens
from core import audit
from core.errors import Refused
from core.ids import uuid7
from core.names import as_sentence


@transaction.atomic
def confirm_address(*, person: User, by: User, reason: str) -> str:
    """Marks the person's address as confirmed, or the one that they want instead and have not confirmed yet; returns it.

    Refuses if another account has it, or if there is nothing to confirm.
    """
    change = changes.pending_for(person)
    if change is not None:
        email = change.email
        if changes.confirm(change=change) is None:
            raise Refused(AccountRefusal.ADDRESS_TAKEN)
    else:
        email = person.email
        owner = addresses.owner_of(email)
        if owner is not None:
            raise Refused(AccountRefusal.ADDRESS_CONFIRMED if owner == person else AccountRefusal.ADDRESS_TAKEN)
        addresses.move(user=person, email=email)
    audit.record(actor=by, action="address confirmed by staff", subject=person, before=None, after={"reason": reason})
    return email


@transaction.atomic
def sign_out_everywhere(*, person: User, by: User, reason: str) -> int:
    """Ends the person's sessions and API tokens; returns how many sessions there were."""
    count: int = person.usersession_set.count()
    end_sessions(person)
    tokens.revoke_all(user=person, by=by, because="signed out everywhere by staff")
    after = {"sessions": count, "reason": reason}
    audit.record(actor=by, action="signed out everywhere", subject=person, before=None, after=after)
    return count


@transaction.atomic
def suspend(*, person: User, by: User, reason: str) -> None:
    """Switches the account off, ends its sessions and tokens, and tells the person why. Bookings stay."""
    if not person.is_active:
        return
    notify(
        person,
        NewNotification(
            kind="account",
            event=f"suspended:{uuid7()}",
            title="Your account is suspended",
            text=f"Reason: {as_sentence(reason)} You cannot sign in for now. Your bookings stay as they are. "
            "Write to us if this is wrong.",
            path=reverse("core:contact"),
            call="Write to support",
            is_important=True,
        ),
    )
    set_active(user=person, is_active=False, by=by, reason=reason)
    end_sessions(person)


@transaction.atomic
def lift_suspension(*, person: User, by: User, reason: str) -> None:
    """Switches the account on again and tells the person. Refuses for an account that was erased."""
    if person.is_active:
        return
    if person.email == erasure.address_of(person):
        raise Refused(AccountRefusal.ERASED)
    set_active(user=person, is_active=True, by=by, reason=reason)
    notify(
        person,
        NewNotification(
            kind="account",
            event=f"suspension lifted:{uuid7()}",
            title="You can use your account again",
            text=f"Reason: {reason}",
            path=reverse("account_login"),
            call="Sign in",
            is_important=True,
        ),
    )


@transaction.atomic
def erase(*, person: User, by: User, reason: str) -> None:
    """Erases the account, as its person could themselves."""
    audit.record(actor=by, action="erasure by staff", subject=person, before=None, after={"reason": reason})
    erasure.erase(user=person)
