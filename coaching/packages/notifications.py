"""Tells buyer and builder of a package what was bought and refunded."""

from __future__ import annotations

from zoneinfo import ZoneInfo

from django.urls import reverse

from accounts.notifications import NewNotification, notify
from coaching.packages.models import PackagePurchase
from payments.credits.notifications import NOTIFICATION
from payments.models import Refund


def bought(purchase: PackagePurchase) -> None:
    """Tells the buyer how to use what they have bought, and the builder that somebody has bought it."""
    builder, buyer = purchase.package.builder, purchase.buyer
    end = purchase.grant.expires_at if purchase.grant else None
    until = f"{end.astimezone(ZoneInfo(buyer.timezone)):%-d %B %Y}" if end else ""
    title = f"You have bought {purchase.sessions} sessions with {builder.display_name}"
    if purchase.is_gift:
        text = f"“{purchase.title}” ({purchase.reference}) is a gift: its link is on the page of your credits."
    else:
        text = f"“{purchase.title}” ({purchase.reference}): use a credit when you book, until {until}."
    path = reverse("payments:my_credits")
    notify(buyer, NewNotification(NOTIFICATION, f"package:{purchase.pk}", title, text, path, "See your credits"))
    title = f"{buyer.display_name} has bought “{purchase.title}”"
    text = f"{purchase.sessions} sessions for {purchase.money.shown()}, {purchase.reference}."
    _tell_builder(purchase, f"package_sold:{purchase.pk}", title, text)


def refunded(purchase: PackagePurchase, refund: Refund) -> None:
    """Tells the buyer of a refund, and the builder if somebody else has made it."""
    amount, builder = refund.money.shown(), purchase.package.builder
    title = f"Refund of {amount} for “{purchase.title}”"
    text = "It goes back the way it was paid, usually within 10 days."
    if refund.as_credit:
        title = f"{amount} of credit for “{purchase.title}”"
        agreed = f" You have agreed to this: {refund.consent}." if refund.consent else ""
        text = f"It can be used for what you book next on Waymark.{agreed}"
    text = f"{text} Reason: {refund.reason} ({purchase.reference})"
    event, path = f"refund:{refund.pk}", reverse("payments:my_credits")
    _tell_holder_of_gift(purchase, event)
    notify(purchase.buyer, NewNotification(NOTIFICATION, event, title, text, path, "See your credits"))
    if refund.recorded_by_id != builder.pk:
        _tell_builder(purchase, event, title, f"Reason: {refund.reason} ({purchase.reference})")


def _tell_holder_of_gift(purchase: PackagePurchase, event: str) -> None:
    """Tells whoever has claimed a gift that its unused credits have ended, but not what was paid for them."""
    holder = purchase.grant.holder if purchase.grant else purchase.buyer
    if holder.pk == purchase.buyer_id:
        return
    title = f"The credits of your gift “{purchase.title}” have ended"
    text = f"What you had not used yet was refunded to {purchase.buyer.display_name}. Sessions that are booked stay booked."
    path = reverse("payments:my_credits")
    notify(holder, NewNotification(NOTIFICATION, event, title, text, path, "See your credits"))


def refund_failed(purchase: PackagePurchase, refund: Refund) -> None:
    """Tells both sides that a refund did not arrive."""
    title = f"The refund of {refund.money.shown()} for “{purchase.title}” did not arrive"
    event, path = f"refund_failed:{refund.pk}", reverse("payments:my_credits")
    text = f"{refund.problem} {purchase.package.builder.display_name} or Waymark's support will try again."
    notify(purchase.buyer, NewNotification(NOTIFICATION, event, title, text, path, "See your credits"))
    _tell_builder(purchase, event, title, f"{refund.problem} Try again on the page of your packages.")


def _tell_builder(purchase: PackagePurchase, event: str, title: str, text: str) -> None:
    path = reverse("coaching:packages")
    notify(purchase.package.builder, NewNotification(NOTIFICATION, event, title, text, path, "See your packages"))
