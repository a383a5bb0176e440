"""Notifies the builder and staff of a bank's dispute: when it opens, before its deadlines, and when it is closed."""

from __future__ import annotations

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from django.urls import reverse

from accounts.models import User
from accounts.notifications import NewNotification, notify, notify_in_app
from accounts.queries import staff
from payments.disputes.models import PaymentDispute
from payments.disputes.states import DisputeStatus

NOTIFICATION = "bank_dispute"
REMINDED = timedelta(hours=24)  # before a deadline


def notify_of_change(dispute: PaymentDispute, before: str) -> None:
    """Notifies of a new dispute, or of one that was closed; other changes are only on its page."""
    amount, reference = dispute.money.shown(), dispute.payment.subject_reference
    if not before and dispute.is_open:
        title = f"A client’s bank asks {amount} back for {reference}"
        until = _in_zone(dispute.payment.payee, dispute.builder_until)
        text = (
            f"{dispute.reason_in_words}. You can tell the bank what happened until {until}. This session is not "
            "paid out until the bank decides."
        )
        _notify_builder(dispute, "opened", title, text, "Add what you know")
        _notify_staff(dispute, "opened", title, f"{dispute.reason_in_words}.", is_mailed=True)
    elif dispute.status == DisputeStatus.LOST:
        text = "The bank has given the money to the client. It is deducted from what you earned with this session."
        _close(dispute, f"The bank dispute about {amount} for {reference} is lost", text)
    elif dispute.status == DisputeStatus.PREVENTED:
        _close(
            dispute, f"The bank dispute about {amount} for {reference} has ended", "It was settled before it started."
        )
    elif not dispute.is_open:
        text = "The money stays with you, and you are paid out as usual."
        _close(dispute, f"The bank dispute about {amount} for {reference} is closed in your favour", text)


def remind(now: datetime) -> int:
    """Reminds builders a day before their time is over, and staff once it is and a day before the bank's deadline; each
    once. Returns for how many disputes: those whose `remind_at` has come."""
    rows = PaymentDispute.objects.all().answerable().filter(remind_at__lte=now)
    due = list(rows.select_related("payment__payee", "payment__payer"))
    for dispute in due:
        reference = dispute.payment.subject_reference
        if not dispute.statement and dispute.builder_until - REMINDED <= now < dispute.builder_until:
            title = f"One day left to tell the bank about {reference}"
            text = f"Until {_in_zone(dispute.payment.payee, dispute.builder_until)} you can add text and files."
            _notify_builder(dispute, "reminder", title, text, "Add what you know")
        if dispute.builder_until <= now:
            text = "The builder can no longer add to it. Read the evidence and submit it."
            _notify_staff(dispute, "ready", f"Evidence for {reference} can be submitted", text)
        if dispute.evidence_due_at is not None and dispute.evidence_due_at - REMINDED <= now < dispute.evidence_due_at:
            title = f"Evidence for {reference} must be submitted within a day"
            _notify_staff(dispute, "due", title, "Without evidence the dispute is lost.", is_mailed=True)
        PaymentDispute.objects.filter(pk=dispute.pk).update(remind_at=next_reminder(dispute, now))
    return len(due)


def next_reminder(dispute: PaymentDispute, now: datetime) -> datetime | None:
    """Returns when somebody is reminded of the dispute for the first time from now on; None if nobody is any more."""
    moments = [dispute.builder_until - REMINDED, dispute.builder_until]
    if dispute.evidence_due_at is not None:
        moments.append(dispute.evidence_due_at - REMINDED)
    return min((moment for moment in moments if moment > now), default=None)


def notify_of_refusal(dispute: PaymentDispute) -> None:
    """Notifies staff that Stripe did not take the evidence, so that they submit it again."""
    title = f"The evidence for {dispute.payment.subject_reference} was not accepted"
    _notify_staff(dispute, f"refused:{dispute.asked_at}", title, dispute.problem, is_mailed=True)


def _close(dispute: PaymentDispute, title: str, text: str) -> None:
    _notify_builder(dispute, dispute.status, title, text, "See the dispute")
    _notify_staff(dispute, dispute.status, title, "")


def _notify_builder(dispute: PaymentDispute, event: str, title: str, text: str, call: str) -> None:
    if dispute.payment.payee is None:
        return  # a payment to Waymark, whose staff are notified
    path = reverse("payments:dispute", args=[dispute.pk])
    notify(
        dispute.payment.payee,
        NewNotification(NOTIFICATION, f"bank_dispute:{dispute.pk}:{event}", title, text, path, call),
    )


def _notify_staff(dispute: PaymentDispute, event: str, title: str, text: str, *, is_mailed: bool = False) -> None:
    path = reverse("admin:payments_paymentdispute_change", args=[dispute.pk])
    news = NewNotification(NOTIFICATION, f"bank_dispute:{dispute.pk}:staff:{event}", title, text, path, "Look at it")
    for person in staff():
        (notify if is_mailed else notify_in_app)(person, news)


def _in_zone(person: User | None, moment: datetime) -> str:
    return f"{moment.astimezone(ZoneInfo(person.timezone if person else 'UTC')):%-d %B, %H:%M}"
