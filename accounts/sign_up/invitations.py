"""Who may join now, and the invitations that let people join while others cannot."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from uuid import UUID

from django.conf import settings
from django.core.signing import BadSignature, Signer
from django.db import transaction
from django.urls import reverse

from accounts.models import JoinInvitation, User, UserManager
from accounts.refusals import AccountRefusal
from core import audit, clock
from core.errors import Refused
from core.mail import Email, queue_email
from core.policies import state
from core.policies.models import SignUpPolicy

SIGNER = Signer(salt="accounts.invitations")
LIFETIME = timedelta(days=14)
Mode = SignUpPolicy.Mode


def may_join(invitation: JoinInvitation | None) -> bool:
    """Whether somebody with this invitation, or without one, can join now."""
    mode = state.current().sign_up
    return mode == Mode.OPEN or (mode == Mode.INVITATION and invitation is not None)


def require_open(invitation: JoinInvitation | None = None) -> None:
    """Refuses to create an account that the rule for joining does not allow."""
    if not may_join(invitation):
        raise Refused(AccountRefusal.SIGN_UP_CLOSED, why_closed())


def why_closed() -> str:
    """Returns what people read who cannot join."""
    policies = state.current()
    usual = "You need an invitation to join." if policies.sign_up == Mode.INVITATION else "Nobody can join at present."
    return policies.sign_up_message or usual


def for_key(key: str) -> JoinInvitation | None:
    """Returns the invitation of a link; None if it is damaged, used, revoked or has expired. One query."""
    try:
        pk = UUID(SIGNER.unsign(key))
    except (BadSignature, ValueError):
        return None
    return JoinInvitation.objects.usable(clock.now()).filter(pk=pk).first()


def url_of(invitation: JoinInvitation) -> str:
    """Returns the link with which one person can join."""
    return f"{settings.SITE_URL}{reverse('account_invited', args=[SIGNER.sign(invitation.pk.hex)])}"


@transaction.atomic
def invite(*, by: User, email: str = "", note: str = "") -> JoinInvitation:
    """Makes an invitation, and mails its link if there is an address."""
    invitation = JoinInvitation.objects.create(
        email=UserManager.normalize_email(email), note=note, invited_by=by, expires_at=clock.now() + LIFETIME
    )
    if email:
        mail = Email(
            subject="You are invited to Waymark",
            greeting="Hello,",
            paragraphs=[
                f"{by.display_name} invites you to Waymark, where you find a builder and book a session in a minute.",
                "The link works once, for two weeks.",
            ],
            button=("Join Waymark", url_of(invitation)),
        )
        queue_email(mail, to=invitation.email, event=f"join invitation:{invitation.pk}")
    audit.record(actor=by, action="invited", subject=invitation, before=None, after={"mailed": bool(email)})
    return invitation


@transaction.atomic
def revoke(*, invitation: JoinInvitation, by: User) -> bool:
    """Revokes an invitation that nobody has used; returns False if somebody has."""
    now = clock.now()
    if not JoinInvitation.objects.filter(pk=invitation.pk, used_at=None, revoked_at=None).update(revoked_at=now):
        return False
    audit.record(actor=by, action="invitation revoked", subject=invitation, before=None, after=None)
    return True


def use(*, invitation_id: UUID, person: User) -> None:
    """Marks an invitation as used by a new account. Refuses one that somebody else has used, or that was revoked, unless
    everybody may join."""
    now = clock.now()
    usable = JoinInvitation.objects.filter(pk=invitation_id, used_at=None, revoked_at=None)
    if not usable.update(used_at=now, used_by=person) and not may_join(None):
        raise Refused(AccountRefusal.SIGN_UP_CLOSED, "Somebody has joined with this invitation already.")


def recent(limit: int) -> list[dict[str, Any]]:
    """Returns the latest invitations, each with its link while it works. One query."""
    now = clock.now()
    rows = JoinInvitation.objects.select_related("invited_by", "used_by")[:limit]
    return [{"row": row, "state": _state(row, now), "url": url_of(row)} for row in rows]


def _state(row: JoinInvitation, now: Any) -> str:
    if row.used_at:
        return "used"
    if row.revoked_at:
        return "revoked"
    return "open" if row.expires_at > now else "expired"
