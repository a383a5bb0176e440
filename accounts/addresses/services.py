"""Who owns an email address: whoever has proven it, and nobody else. An address without proof blocks nobody."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass

from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from django.contrib.auth.hashers import make_password
from django.db import connection, transaction

from accounts.models import AddressChange, SignUp, User, UserManager
from accounts.personal_data.erasure import end_sessions
from accounts.sign_in import limits
from accounts.tokens import services as tokens
from core import audit
from core.hour_format import HourFormat


@dataclass(frozen=True)
class Newcomer:
    """What is known of the person who proves an address. `password` is a hash, or None to choose one later."""

    email: str
    display_name: str
    timezone: str = "UTC"
    hour_format: str = HourFormat.TWENTY_FOUR
    password: str | None = None


@dataclass(frozen=True)
class Claim:
    """Whose account the address belongs to, and whether it belongs to it from now on or did before."""

    person: User
    is_new: bool


def owner_of(email: str) -> User | None:
    """The person who has proven this address. One query."""
    proven = EmailAddress.objects.filter(email=UserManager.normalize_email(email), verified=True)
    address = proven.select_related("user").first()
    return address.user if address else None


@transaction.atomic
def claim(newcomer: Newcomer) -> Claim:
    """Gives the address to whoever proves it now, in an account of its own; harmless when it is proven already.

    An account that used the address without proof becomes the newcomer's, and everything that could let somebody else
    in ends: it may have been made by anybody.
    """
    email = UserManager.normalize_email(newcomer.email)
    lock(email)
    owner = owner_of(email)
    if owner is not None:
        return Claim(owner, is_new=False)
    holder = _unproven_holder(email)
    person = _taken_over(holder, newcomer) if holder else _created(email, newcomer)
    _prove(person, email)
    audit.record(actor=person, action="email address proven", subject=person, before=None, after=None)
    return Claim(person, is_new=True)


@transaction.atomic
def move(*, user: User, email: str) -> bool:
    """Replaces the person's address by one that they have just proven; False if somebody else has proven it."""
    email = UserManager.normalize_email(email)
    lock(email)
    owner = owner_of(email)
    if owner is not None and owner != user:
        return False
    holder = _unproven_holder(email)
    if holder is not None and holder != user:
        end_access(holder)
        User.objects.filter(pk=holder.pk).update(email=f"{holder.pk.hex}@unproven.invalid")
    user.email = email
    user.save(update_fields=["email", "changed_at"])
    _prove(user, email)
    return True


def end_access(person: User) -> None:
    """Ends everything that lets somebody into this account, or would later: password, sessions, tokens, factors."""
    person.set_unusable_password()  # ends the sessions that are on no list, too
    person.save(update_fields=["password"])
    end_sessions(person)
    tokens.revoke_all(user=person, because="somebody has proven the address")
    Authenticator.objects.filter(user=person).delete()
    AddressChange.objects.filter(user=person).delete()


def lock(email: str) -> None:
    """Until the transaction ends, whoever else wants to prove this address waits. It reads no rows: the caller's next
    statement sees what the one before left."""
    key = int.from_bytes(hashlib.sha256(f"address:{email}".encode()).digest()[:8], "big", signed=True)
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [key])


def _unproven_holder(email: str) -> User | None:
    """The account that uses the address without proof. One that has proven another address goes back to that."""
    holder = User.objects.filter(email=email).first()
    if holder is None:
        return None
    proven = EmailAddress.objects.filter(user=holder, verified=True).first()
    if proven is None:
        return holder
    User.objects.filter(pk=holder.pk).update(email=proven.email)
    return None


def _created(email: str, newcomer: Newcomer) -> User:
    return User.objects.create(
        email=email,
        display_name=newcomer.display_name,
        timezone=newcomer.timezone,
        hour_format=newcomer.hour_format,
        password=newcomer.password or make_password(None),
    )


def _taken_over(holder: User, newcomer: Newcomer) -> User:
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


def _prove(person: User, email: str) -> None:
    """The address is the person's only one, and nobody else waits for it any more."""
    EmailAddress.objects.filter(user=person).delete()
    EmailAddress.objects.filter(email=email, verified=False).delete()
    EmailAddress.objects.create(user=person, email=email, verified=True, primary=True)
    SignUp.objects.filter(email=email).delete()
    AddressChange.objects.filter(email=email).delete()
