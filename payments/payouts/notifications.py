"""Notifies builders that they were paid out, and of what needs their attention."""

from __future__ import annotations

from django.urls import reverse

from accounts.models import Notification, User
from accounts.notifications import NewNotification, notify
from core import clock
from payments.models import Payment, PayoutHold, ProviderAccount, Transfer, TransferReversal

NOTIFICATION = "payout"


def notify_of_transfer(transfer: Transfer) -> None:
    """Notifies the builder that they were paid out: once a day, however many sessions it is for."""
    text = "What was due for your sessions is on its way to your account. Your payouts page lists each session."
    _notify(transfer.owner, "paid_out", "You have been paid out", text, "See your payouts")


def notify_of_problem(transfer: Transfer) -> None:
    """Notifies the builder that a transfer was refused: once a day."""
    text = f"{transfer.problem} We try again every night. Check your payout account."
    _notify(transfer.owner, "payout_problem", "A payout could not be made", text, "See what is wrong")


def notify_of_account(account: ProviderAccount) -> None:
    """Notifies the builder that their account cannot receive money any more, or that details are missing."""
    text = "Your earnings are kept for you until you add what is missing."
    _notify(account.owner, "payout_account", "Your payout account needs attention", text, "See what is missing")


def notify_of_hold(payment: Payment, hold: PayoutHold) -> None:
    """Notifies the builders of a payment that support keeps it from being paid out."""
    title = f"Your payout for {payment.subject_reference} is on hold"
    text = "Waymark’s support is looking into it. Your payouts page says once it is released."
    owners = User.objects.filter(pk__in=payment.transfers.values("owner")) | User.objects.filter(
        payments_received=payment
    )
    for person in owners.distinct():
        _notify(person, f"payout_hold:{hold.pk}", title, text, "See your payouts", is_daily=False)


def notify_of_debt(reversal: TransferReversal) -> None:
    """Notifies the builder that a refund could not be taken back from their account."""
    amount, reference = reversal.money.shown(), reversal.transfer.payment.subject_reference
    title = f"{amount} of a refund will be deducted from your next payouts"
    text = (
        f"We refunded the client for {reference} after you were paid out, and your Stripe account did not have "
        "enough money to cover it."
    )
    _notify(reversal.transfer.owner, f"payout_debt:{reversal.pk}", title, text, "See your payouts", is_daily=False)


def _notify(person: User, event: str, title: str, text: str, call: str, *, is_daily: bool = True) -> None:
    day = f":{clock.now():%Y-%m-%d}" if is_daily else ""
    if Notification.objects.filter(person=person, event=f"{event}{day}").exists():
        return  # without rendering the mail again, as there can be many transfers in a night
    notify(person, NewNotification(NOTIFICATION, f"{event}{day}", title, text, reverse("payments:payouts"), call))
