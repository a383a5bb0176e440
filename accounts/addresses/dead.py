"""People whose address is not mailed any more: they are told on every page what they can do about it."""

from __future__ import annotations

from typing import Any

from django.db.models import OuterRef, Subquery
from django.dispatch import receiver
from django.http import HttpRequest
from django.urls import reverse

from accounts.models import User
from accounts.notifications import NewNotification, notify_in_app
from core.mail_log.models import DeadAddress
from core.mail_log.signals import address_died

TITLES = {
    DeadAddress.Reason.BOUNCED: "Our mail to you comes back",
    DeadAddress.Reason.COMPLAINED: "Our mail to you was reported as spam",
}


def frame_annotations() -> dict[str, Any]:
    """Returns what is loaded with the signed-in person: why their address is not mailed, if so."""
    dead = DeadAddress.objects.dead().filter(address=OuterRef("email"))
    return {"dead_reason": Subquery(dead.values("reason")[:1])}


def mail_notice(request: HttpRequest) -> dict[str, Any]:
    """Adds the title of the notice that every page shows to such a person; empty for all others."""
    reason = getattr(getattr(request, "user", None), "dead_reason", None)
    return {"mail_notice": TITLES[DeadAddress.Reason(reason)] if reason else ""}


@receiver(address_died, dispatch_uid="notice")
def tell_owner(sender: Any, dead: DeadAddress, **kwargs: Any) -> None:
    """Tells the owner of the address in Waymark, since mail does not reach them."""
    person = User.objects.filter(email=dead.address, is_active=True).first()
    if person is None:
        return
    news = NewNotification(
        kind="account",
        event=f"dead address:{dead.pk}:{dead.marked_at.isoformat()}",
        title=TITLES[DeadAddress.Reason(dead.reason)],
        text=f"We no longer send mail to {dead.address}. Use another address, or tell us that this one works.",
        path=reverse("account_email"),
        call="Your address",
    )
    notify_in_app(person, news)
