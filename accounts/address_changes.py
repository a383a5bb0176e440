"""Another address for an account: asked for when signed in, and confirmed by the same person from the new address."""

from __future__ import annotations

from uuid import UUID

from django.conf import settings
from django.core.signing import BadSignature, Signer
from django.db import transaction
from django.urls import reverse

from accounts import addresses
from accounts.models import AddressChange, User, UserManager
from accounts.sign_in import emails
from accounts.tokens import services as tokens
from core import audit, clock
from core.ids import uuid7
from core.mail import queue_email

SIGNER = Signer(salt="accounts.address_changes")


@transaction.atomic
def ask(*, user: User, email: str) -> AddressChange:
    """Notes the address that the person wants, in place of one they asked for before, and mails its link."""
    User.objects.select_for_update().get(pk=user.pk)  # two requests at once: the later one replaces the earlier
    AddressChange.objects.filter(user=user).delete()
    change = AddressChange.objects.create(user=user, email=UserManager.normalize_email(email))
    send(change=change)
    return change


def send(*, change: AddressChange) -> None:
    """Mails the link. Whoever has proven the address hears that somebody else wants it, and gets no link."""
    letter = emails.address_taken() if addresses.owner_of(change.email) else emails.address_change(url_of(change))
    queue_email(letter, to=change.email, event=f"address change:{uuid7()}")


def pending_for(user: User) -> AddressChange | None:
    """The change that this person has yet to confirm."""
    return AddressChange.objects.pending(clock.now()).filter(user=user).first()


def cancel(*, user: User) -> None:
    AddressChange.objects.filter(user=user).delete()


def opened(key: str) -> AddressChange | None:
    """The change of this link; None for one that was spoilt, is used or expired, or whose address has an owner."""
    try:
        pk = UUID(SIGNER.unsign(key))
    except (BadSignature, ValueError):
        return None
    change = AddressChange.objects.pending(clock.now()).select_related("user").filter(pk=pk).first()
    return None if change is None or addresses.owner_of(change.email) else change


@transaction.atomic
def confirm(*, change: AddressChange) -> int | None:
    """Makes it the person's address and ends their API tokens; returns how many, or None if the address has an owner or
    the change has ended meanwhile: by another one, a new password, or a proof that ended all access."""
    person = change.user
    addresses.lock(change.email)
    User.objects.select_for_update(no_key=True).get(pk=person.pk)  # in this order wherever both are locked
    if not AddressChange.objects.filter(pk=change.pk).exists():
        return None
    if not addresses.move(user=person, email=change.email):
        return None
    # Without the addresses: audit rows outlive their person.
    audit.record(actor=person, action="email address changed", subject=person, before=None, after=None)
    return tokens.revoke_all(user=person, by=person, because="email address changed")


def url_of(change: AddressChange) -> str:
    """The link for the mail."""
    return f"{settings.SITE_URL}{reverse('accounts:confirm_address', args=[SIGNER.sign(change.pk.hex)])}"
