"""Sign-ups. An account is created only when its address is verified, so a sign-up blocks the address for nobody."""

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
from accounts.models import JoinInvitation, SignUp, User, UserManager
from accounts.sign_in import emails
from accounts.sign_up import invitations
from core import clock, hour_format
from core.ids import uuid7
from core.mail import Email, queue_email
from core.policies import texts
from core.policies.models import Acceptance

SESSION_KEY = "sign_up_key"
SIGNER = Signer(salt="accounts.sign_ups")


@dataclass(frozen=True)
class SignUpDetails:
    """What a person typed to join, and the page that they want to go to afterwards."""

    email: str
    display_name: str
    password: str
    timezone: str
    next_path: str = ""
    invitation: JoinInvitation | None = None


def make_key(session: SessionBase) -> str:
    """Returns the secret in the session that identifies this browser when the link is opened; creates it if missing."""
    return str(session.setdefault(SESSION_KEY, secrets.token_urlsafe(32)))


def key_in(session: SessionBase) -> str:
    """Returns the secret in the session, or an empty string: opening a page must not write to the session."""
    return str(session.get(SESSION_KEY, ""))


def begin(*, details: SignUpDetails, browser_key: str) -> SignUp:
    """Stores a sign-up and mails its link. For an address that has an account, the mail says so instead.

    The work is the same in both cases, so that the response time does not reveal whether the account exists. Refused to
    people who may not join now.
    """
    invitations.require_open(details.invitation)
    sign_up = SignUp(
        email=UserManager.normalize_email(details.email),
        display_name=details.display_name,
        password=make_password(details.password),  # slow, so before the transaction, which holds a connection
        timezone=details.timezone,
        hour_format=hour_format.current(),
        next_path=details.next_path,
        browser=_digest(browser_key),
        invitation=details.invitation,
    )
    with transaction.atomic():
        sign_up.save(force_insert=True)
        owner = addresses.owner_of(sign_up.email)
        mail = emails.has_account(_sign_in_url(sign_up)) if owner else emails.confirm_link(url_of(sign_up))
        _queue(mail, sign_up.email)
    return sign_up


@transaction.atomic
def send_again(*, email: str, browser_key: str) -> None:
    """Mails the link of the latest sign-up with this address, preferring one from this browser.

    The work is the same for an address that has an account and for one that nobody joined with, so that the response
    time does not reveal it.
    """
    email = UserManager.normalize_email(email)
    owner = addresses.owner_of(email)
    own_first = Case(When(browser=_digest(browser_key), then=0), default=1)
    sign_up = SignUp.objects.pending(clock.now()).filter(email=email).order_by(own_first, "-id").first()
    if owner is not None:
        mail = emails.has_account(_sign_in_url(sign_up))
    else:
        mail = emails.confirm_link(url_of(sign_up)) if sign_up else emails.nothing_to_confirm()
    _queue(mail, email)


def sign_up_for_link(key: str) -> SignUp | None:
    """Returns the sign-up that a link confirms; None if the link is damaged, used or expired, or the address has an owner."""
    try:
        pk = UUID(SIGNER.unsign(key))
    except (BadSignature, ValueError):
        return None
    sign_up = SignUp.objects.pending(clock.now()).filter(pk=pk).first()
    return None if sign_up is None or addresses.owner_of(sign_up.email) else sign_up


def is_from(sign_up: SignUp, browser_key: str) -> bool:
    """Whether the key is that of the browser in which the person joined."""
    return secrets.compare_digest(sign_up.browser, _digest(browser_key))


def confirm(
    *, sign_up: SignUp, browser_key: str, new_password: str = "", display_name: str = "", referral_code: str = ""
) -> User | None:
    """Creates the account of a sign-up whose link was confirmed; returns None if the address has an owner meanwhile.

    The password that was typed to join counts only in the browser that it was typed in. In another browser a new one is
    needed: the owner of the address may be confirming what somebody else typed. For the same reason `referral_code` is that
    in the browser that confirms.
    """
    if new_password:
        password = make_password(new_password)
    elif is_from(sign_up, browser_key):
        password = sign_up.password
    else:
        raise ValueError("another browser has to choose a password")
    name = display_name or sign_up.display_name
    newcomer = Newcomer(sign_up.email, name, sign_up.timezone, sign_up.hour_format, password, referral_code)
    with transaction.atomic():  # without the hashing, which is slow
        claim = addresses.claim(newcomer)
        if claim.is_new:
            _record_joining(sign_up, claim.person)
    # A button pressed twice confirms twice: the same password hash shows that the first request made the account.
    is_second_request = claim.person.password == password
    return claim.person if claim.is_new or is_second_request else None


def _record_joining(sign_up: SignUp, person: User) -> None:
    """Records what goes with a new account: the invitation is used, and the texts of the day of joining are accepted."""
    if sign_up.invitation_id is not None:
        invitations.use(invitation_id=sign_up.invitation_id, person=person)
    joined_at = sign_up.created_at
    shown = texts.in_force_at(joined_at) if texts.in_force() else []
    texts.accept(versions=shown, occasion=Acceptance.Occasion.SIGN_UP, person=person, at=joined_at)


def url_of(sign_up: SignUp) -> str:
    """Returns the link that confirms the sign-up."""
    return f"{settings.SITE_URL}{reverse('account_confirm_email', args=[SIGNER.sign(sign_up.pk.hex)])}"


def _sign_in_url(sign_up: SignUp | None) -> str:
    query = f"?{urlencode({'next': sign_up.next_path})}" if sign_up and sign_up.next_path else ""
    return f"{settings.SITE_URL}{reverse('account_login')}{query}"


def _queue(mail: Email, email: str) -> None:
    queue_email(mail, to=email, event=f"sign-up:{uuid7()}")


def _digest(key: str) -> str:
    """Returns the SHA-256 of the key, so that nobody who reads the table can use it. The key is long and random, so one
    round is enough."""
    return hashlib.sha256(key.encode()).hexdigest()
