"""Joining: no account exists before its address is proven, so a sign-up takes nothing from anybody."""

from __future__ import annotations

import hashlib
import secrets
from dataclasses import dataclass
from urllib.parse import urlencode
from uuid import UUID

from django.conf import settings
from django.contrib.auth.hashers import make_password
from django.contrib.sessions.backends.base import SessionBase
from django.core.signing import BadSignature, Signer
from django.db import transaction
from django.db.models import Case, When
from django.urls import reverse

from accounts.addresses import services as addresses
from accounts.addresses.services import Newcomer
from accounts.models import SignUp, User, UserManager
from accounts.sign_in import emails
from core import clock, hour_format
from core.ids import uuid7
from core.mail import Email, queue_email

SESSION_KEY = "sign_up_key"
SIGNER = Signer(salt="accounts.sign_ups")


@dataclass(frozen=True)
class SignUpDetails:
    """What somebody typed to join, and where they wanted to go."""

    email: str
    display_name: str
    password: str
    timezone: str
    next_path: str = ""


def make_key(session: SessionBase) -> str:
    """The secret by which this browser is known again when the link is opened; made when it is missing."""
    return str(session.setdefault(SESSION_KEY, secrets.token_urlsafe(32)))


def key_in(session: SessionBase) -> str:
    """The same, without making one: opening a page writes nothing."""
    return str(session.get(SESSION_KEY, ""))


def begin(*, details: SignUpDetails, browser_key: str) -> SignUp:
    """Notes a sign-up and mails its link. For an address that has an account, the mail says so instead; the work is
    the same, so that its time tells nobody which it was."""
    sign_up = SignUp(
        email=UserManager.normalize_email(details.email),
        display_name=details.display_name,
        password=make_password(details.password),  # slow: before the transaction, which holds a connection
        timezone=details.timezone,
        hour_format=hour_format.current(),
        next_path=details.next_path,
        browser=_digest(browser_key),
    )
    with transaction.atomic():
        sign_up.save(force_insert=True)
        owner = addresses.owner_of(sign_up.email)
        _mail(
            sign_up.email, emails.has_account(_sign_in_url(sign_up)) if owner else emails.confirm_link(url_of(sign_up))
        )
    return sign_up


@transaction.atomic
def send_again(*, email: str, browser_key: str) -> None:
    """Mails the link of the latest sign-up with this address, this browser's before others'. The same work for an
    address that has an account, and for one that nobody joined with."""
    email = UserManager.normalize_email(email)
    owner = addresses.owner_of(email)
    own_first = Case(When(browser=_digest(browser_key), then=0), default=1)
    sign_up = SignUp.objects.pending(clock.now()).filter(email=email).order_by(own_first, "-id").first()
    if owner is not None:
        letter = emails.has_account(_sign_in_url(sign_up))
    else:
        letter = emails.confirm_link(url_of(sign_up)) if sign_up else emails.nothing_to_confirm()
    _mail(email, letter)


def opened(key: str) -> SignUp | None:
    """The sign-up of this link; None for a link that was spoilt, is used or expired, or whose address has an owner."""
    try:
        pk = UUID(SIGNER.unsign(key))
    except (BadSignature, ValueError):
        return None
    sign_up = SignUp.objects.pending(clock.now()).filter(pk=pk).first()
    return None if sign_up is None or addresses.owner_of(sign_up.email) else sign_up


def is_from(sign_up: SignUp, browser_key: str) -> bool:
    """Whether this is the browser in which the person joined."""
    return secrets.compare_digest(sign_up.browser, _digest(browser_key))


def confirm(*, sign_up: SignUp, browser_key: str, new_password: str = "", display_name: str = "") -> User | None:
    """Makes the account of a sign-up whose link was confirmed; None if the address has an owner meanwhile.

    The password that was typed to join counts only in the browser that it was typed in. Another browser may be that
    of the address's owner, whom somebody else signed up: there a new password is needed.
    """
    if new_password:
        password = make_password(new_password)
    elif is_from(sign_up, browser_key):
        password = sign_up.password
    else:
        raise ValueError("another browser has to choose a password")
    name = display_name or sign_up.display_name
    claim = addresses.claim(Newcomer(sign_up.email, name, sign_up.timezone, sign_up.hour_format, password))
    # Whoever presses the button twice arrives twice: this password in the account shows that the other press made it.
    was_made_by_this = claim.person.password == password
    return claim.person if claim.is_new or was_made_by_this else None


def url_of(sign_up: SignUp) -> str:
    """The link for the mail."""
    return f"{settings.SITE_URL}{reverse('account_confirm_email', args=[SIGNER.sign(sign_up.pk.hex)])}"


def _sign_in_url(sign_up: SignUp | None) -> str:
    query = f"?{urlencode({'next': sign_up.next_path})}" if sign_up and sign_up.next_path else ""
    return f"{settings.SITE_URL}{reverse('account_login')}{query}"


def _mail(email: str, letter: Email) -> None:
    queue_email(letter, to=email, event=f"sign-up:{uuid7()}")


def _digest(key: str) -> str:
    """The key is long and random: one round of SHA-256 is enough, and whoever reads the table cannot use it."""
    return hashlib.sha256(key.encode()).hexdigest()
