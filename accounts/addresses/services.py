"""Ownership of email addresses: an address belongs to the person who verified it.

An account that uses an address without having verified it keeps nobody from verifying it.
"""

from __future__ import annotations

from dataclasses import dataclass

from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from django.contrib.auth.hashers import make_password
from django.db import transaction

from accounts.models import AddressChange, SignUp, User, UserManager
from accounts.personal_data.erasure import end_sessions
from accounts.sign_in import limits
from accounts.tokens import services as tokens
from core import audit
from core.hour_format import HourFormat
from core.locks import lock_until_commit
from core.registry import referral_hooks


@dataclass(frozen=True)
class Newcomer:
    """The details of a person who verifies an address. `password` is a hash, or None to choose one later."""

    email: str
    display_name: str
    timezone: str = "UTC"
    hour_format: str = HourFormat.TWENTY_FOUR
    password: str | None = None
    referral_code: str = ""  # of whoever invited them


@dataclass(frozen=True)
class Claim:
    """The person whom an address belongs to; `is_new` if it became theirs by this claim."""

    person: User
    is_new: bool


def owner_of(email: str) -> User | None:
    """Returns the person who has verified this address, or None. One query."""
    verified = EmailAddress.objects.filter(email=UserManager.normalize_email(email), verified=True)
    address = verified.select_related("user").first()
    return address.user if address else None


@transaction.atomic
def claim(newcomer: Newcomer) -> Claim:
    """Makes the newcomer the owner of the address and returns their account, or the account that owns it already.

    An account that used the address without having verified it becomes the newcomer's. Anybody may have made it, so
    everything that lets somebody sign in to it ends first.
    """
    email = UserManager.normalize_email(newcomer.email)
    lock(email)
    owner = owner_of(email)
    if owner is not None:
        return Claim(owner, is_new=False)
    holder = _unverified_holder(email)
    person = _take_over(holder, newcomer) if holder else _create_account(email, newcomer)
    _mark_verified(person, email)
    audit.record(actor=person, action="email address proven", subject=person, before=None, after=None)
    referral_hooks().joined(person, newcomer.referral_code)
    return Claim(person, is_new=True)


@transaction.atomic
def move(*, user: User, email: str) -> bool:
    """Replaces the person's address by one that they have just verified; returns False if it has another owner."""
    email = UserManager.normalize_email(email)
    lock(email)
    owner = owner_of(email)
    if owner is not None and owner != user:
        return False
    holder = _unverified_holder(email)
    if holder is not None and holder != user:
        end_access(holder)
        User.objects.filter(pk=holder.pk).update(email=f"{holder.pk.hex}@unproven.invalid")
    user.email = email
    user.save(update_fields=["email", "changed_at"])
    _mark_verified(user, email)
    return True


def end_access(person: User) -> None:
    """Ends the password, sessions, API tokens, second factors and pending address change of the account."""
    person.set_unusable_password()  # also ends sessions without a UserSession row
    person.save(update_fields=["password"])
    end_sessions(person)
    tokens.revoke_all(user=person, because="somebody has proven the address")
    Authenticator.objects.filter(user=person).delete()
    AddressChange.objects.filter(user=person).delete()


def lock(email: str) -> None:
    """Locks the address until the transaction ends, so that two claims of it run one after the other."""
    lock_until_commit(f"address {email}")


def _unverified_holder(email: str) -> User | None:
    """Returns the account that uses the address without having verified it, or None.

    If that account has verified another address, it gets that one back and is not returned.
    """
    holder = User.objects.filter(email=email).first()
    if holder is None:
        return None
    verified = EmailAddress.objects.filter(user=holder, verified=True).first()
    if verified is None:
        return holder
    User.objects.filter(pk=holder.pk).update(email=verified.email)
    return None


def _create_account(email: str, newcomer: Newcomer) -> User:
    return User.objects.create(
        email=email,
        display_name=newcomer.display_name,
        timezone=newcomer.timezone,
        hour_format=newcomer.hour_format,
        password=newcomer.password or make_password(None),
    )


def _take_over(holder: User, newcomer: Newcomer) -> User:
    """Gives the account to the newcomer, with their details and password, after all former access to it has ended."""
    end_access(holder)
    holder.display_name, holder.timezone, holder.hour_format = (
        newcomer.display_name,
        newcomer.timezone,
        newcomer.hour_format,
    )
    holder.password = newcomer.password or holder.password
    holder.save(update_fields=["display_name", "timezone", "hour_format", "password", "changed_at"])
    limits.FAILURES.forget(holder.email)
    return holder


def _mark_verified(person: User, email: str) -> None:
    """Makes the verified address the person's only one, and deletes sign-ups and changes that wait for it."""
    EmailAddress.objects.filter(user=person).delete()
    EmailAddress.objects.filter(email=email, verified=False).delete()
    EmailAddress.objects.create(user=person, email=email, verified=True, primary=True)
    SignUp.objects.filter(email=email).delete()
    AddressChange.objects.filter(email=email).delete()
