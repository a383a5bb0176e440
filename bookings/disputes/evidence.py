"""Collects the evidence for a payment when the client's bank asks for it back."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from django.utils.dateparse import parse_datetime

from bookings.agreement.queries import timeline
from bookings.agreement.rules import terms_in_words
from bookings.billing.rules import KIND
from bookings.conversations.delivery import client_side
from bookings.models import Booking
from bookings.states import Side, Verb
from messaging.models import Message
from messaging.opening import Correspondent, pair_of
from payments.disputes.evidence import GatheredEvidence, Section, register_evidence
from payments.disputes.models import PaymentDispute
from payments.models import Payment
from payments.states import RefundStatus

MOST_MESSAGES = 300
BEFORE_BOOKING = timedelta(days=30)  # also includes messages before the booking, such as questions about it


def register() -> None:
    register_evidence(KIND, gather)


def gather(dispute: PaymentDispute) -> GatheredEvidence:
    """Returns the evidence of a booking: what was agreed, what took place, what was written, delivered and paid."""
    booking = Booking.objects.complete().get(pk=dispute.payment.subject_id)
    presence, history = _presence(booking), _history(booking, dispute.payment)
    terms, payment = _terms(booking), _receipt(dispute.payment)
    sections = (
        Section("What was booked", tuple(_agreed(booking))),
        Section("Cancellation terms", tuple(terms)),
        Section("Who was in the meeting", tuple(presence)),
        Section("What was delivered", tuple(_delivered(booking))),
        Section("Receipt", tuple(payment)),
        Section("History of the booking", tuple(history)),
        Section("Messages between client and builder", tuple(_messages(booking))),
    )
    return GatheredEvidence(_texts(booking, terms, payment, presence + history), sections)


def _texts(booking: Booking, terms: list[str], payment: list[str], activity: list[str]) -> dict[str, str]:
    email = booking.client.email if booking.client else booking.guest.email if booking.guest else ""
    return {
        "customer_name": booking.client_name,
        "customer_email_address": email,
        "service_date": f"{booking.starts_at.astimezone(UTC):%Y-%m-%d}",
        "product_description": "\n".join(_agreed(booking)),
        "cancellation_policy_disclosure": "\n".join(terms),
        "refund_refusal_explanation": "\n".join(payment),
        "access_activity_log": "\n".join(activity),
    }


def _agreed(booking: Booking) -> list[str]:
    where = "online" if booking.is_remote else "in person"
    return [
        f"{booking.title}, {booking.minutes} minutes with {booking.builder.display_name}, {where}",
        f"Reference: {booking.reference}",
        f"Time: {_at(booking.starts_at)} to {_at(booking.ends_at)}",
        f"Price: {booking.price}",
        f"State: {booking.get_state_display()}",
    ]


def _terms(booking: Booking) -> list[str]:
    """Returns the terms as they were shown, and when the client accepted them: by booking, or by accepting an
    invitation.
    """
    event = booking.events.filter(verb__in=[Verb.REQUEST, Verb.ACCEPT], side=Side.CLIENT).first()
    accepted_at = event.at if event else booking.created_at
    shown = "The client was shown these terms, and accepted them"
    return [*terms_in_words(booking.tiers), f"{shown}, on {_at(accepted_at)}."]


def _presence(booking: Booking) -> list[str]:
    meeting = booking.meeting
    if meeting is None or meeting.started_at is None:
        return ["No record: the session did not use a meeting that Waymark follows."]
    lines = [f"The meeting began at {_at(meeting.started_at)}."]
    for person in meeting.participants:
        left = f", left at {_moment(person['left_at'])}" if person["left_at"] else ""
        lines.append(f"{person['name']} joined at {_moment(person['joined_at'])}{left}.")
    return [*lines, f"The meeting ended at {_at(meeting.ended_at)}."] if meeting.ended_at else lines


def _delivered(booking: Booking) -> list[str]:
    rows = booking.deliverables.filter(removed_at=None)
    lines = [f"{_at(row.created_at)}: {row.title} ({row.name or row.url})" for row in rows]
    return lines or ["Nothing was delivered on Waymark."]


def _receipt(payment: Payment) -> list[str]:
    paid_at = f" on {_at(payment.paid_at)}" if payment.paid_at else ""
    lines = [f"{payment.money(payment.amount_paid)} was paid with {payment.method or 'a card'}{paid_at}."]
    lines += [
        f"{refund.money} was given back on {_at(refund.created_at)}: {refund.reason}"
        for refund in payment.refunds.exclude(status=RefundStatus.FAILED)
    ]
    return lines if len(lines) > 1 else [*lines, "Nothing was given back."]


def _history(booking: Booking, payment: Payment) -> list[str]:
    entries = timeline(booking, "UTC", payment, list(payment.receipts.all()), list(payment.refunds.all()))
    lines = []
    for entry in entries:
        who = f", {entry.who}" if entry.who else ""
        moved = f", to {entry.new.day}, {entry.new.hours} UTC" if entry.new else ""
        reason = f": {entry.reason}" if entry.reason else ""
        lines.append(f"{_at(entry.at)}: {entry.title}{who}{moved}{reason}")
    return lines


def _messages(booking: Booking) -> list[str]:
    """Returns what the two have written since a month before the booking, the oldest first; the latest ones if there
    are too many.
    """
    pair = pair_of(client_side(booking), Correspondent(booking.builder))
    rows = (
        Message.objects.filter(conversation__pair=pair, sender__isnull=False, deleted_at=None)
        .filter(created_at__gte=booking.created_at - BEFORE_BOOKING)
        .select_related("sender__user")
        .prefetch_related("attachments")
        .order_by("-number")[:MOST_MESSAGES]
    )
    lines: list[str] = []
    for message in reversed(rows):
        names = "".join(f" [file: {attachment.name}]" for attachment in message.attachments.all())
        lines.append(f"{_at(message.created_at)}, {message.sender}: {message.text}{names}")
    return lines or ["They have not exchanged messages on Waymark."]


def _at(moment: datetime) -> str:
    return f"{moment.astimezone(UTC):%-d %B %Y, %H:%M} UTC"


def _moment(text: str | None) -> str:
    moment = parse_datetime(text) if text else None
    return _at(moment) if moment is not None else "an unknown time"
