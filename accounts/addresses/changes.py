"""Changing the email address of an account: a signed-in person requests it, and confirms it with the link in the mail to
the new address."""

from __future__ import annotations

from uuid import UUID

from django.conf import settings
from django.core.signing import BadSignature, Signer
from django.db import transaction
from django.urls import reverse

from accounts.addresses import services as addresses
from accounts.models import AddressChange, User, UserManager
from accounts.sign_in import emails
from accounts.tokens import services as tokens
from core import audit, clock
from core.ids import uuid7
from core.mail import queue_email

SIGNER = Signer(salt="accounts.address_changes")


@transaction.atomic
def ask(*, user: User, email: str) -> AddressChange:
    """Stores the address that the person wants and mails its link. It replaces an earlier request."""
    User.objects.select_for_update().get(pk=user.pk)  # of two requests at once, the later replaces the earlier
    AddressChange.objects.filter(user=user).delete()
    change = AddressChange.objects.create(user=user, email=UserManager.normalize_email(email))
    send_link(change=change)
    return change


def send_link(*, change: AddressChange) -> None:
    """Mails the link to the new address. If somebody has verified that address already, the mail has no link."""
    mail = emails.address_taken() if addresses.owner_of(change.email) else emails.address_change(url_of(change))
    queue_email(mail, to=change.email, event=f"address change:{uuid7()}")


def pending_for(user: User) -> AddressChange | None:
    """Returns the change that the person has not confirmed yet, or None."""
    return AddressChange.objects.pending(clock.now()).filter(user=user).first()


def cancel(*, user: User) -> None:
    """Deletes the person's pending change, if there is one."""
    AddressChange.objects.filter(user=user).delete()


def change_for_link(key: str) -> AddressChange | None:
    """Returns the change that a link confirms; None if the link is damaged, used or expired, or the address has an owner."""
    try:
        pk = UUID(SIGNER.unsign(key))
    except (BadSignature, ValueError):
        return None
    change = AddressChange.objects.pending(clock.now()).select_related("user").filter(pk=pk).first()
    return None if change is None or addresses.owner_of(change.email) else change


@transaction.atomic
def confirm(*, change: AddressChange) -> int | None:
    """Makes it the person's address and ends their API tokens; returns how many ended. Returns None if the address has
    another owner, or if the change has ended in the meantime: by another change, a new password, or a proof that ended
    all access."""
    person = change.user
    addresses.lock(change.email)
    User.objects.select_for_update(no_key=True).get(pk=person.pk)  # in this order wherever both are locked
    if not AddressChange.objects.filter(pk=change.pk).exists():
        return None
    if not addresses.move(user=person, email=change.email):
        return None
    # The addresses are left out: audit entries are kept when the account is erased.
    audit.record(actor=person, action="email address changed", subject=person, before=None, after=None)
    return tokens.revoke_all(user=person, by=person, because="email address changed")


def url_of(change: AddressChange) -> str:
    """Returns the link that confirms the change."""
    return f"{settings.SITE_URL}{reverse('accounts:confirm_address', args=[SIGNER.sign(change.pk.hex)])}"
