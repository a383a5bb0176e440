"""Reads of bookings for the pages and the API, each with its number of queries."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.db.models import Count, Q, QuerySet, Sum
from django.db.models.functions import Now

from bookings.billing.queries import UNPAID, unpaid
from bookings.models import Booking, BookingEvent, BookingQuerySet
from bookings.reviews.rules import WITHIN
from bookings.states import AHEAD, Side, State, Verb
from bookings.times import When
from core.ids import parse_uuid
from core.money import Money, rounded
from payments.corrections import correction_of
from payments.models import Payment, Receipt, Refund
from payments.states import Provider, RefundStatus

UPCOMING, TO_ANSWER, PAST, CANCELLED, ALL = "upcoming", "to-answer", "past", "cancelled", "all"
TABS = ((UPCOMING, "Upcoming"), (TO_ANSWER, "To answer"), (PAST, "Past"), (CANCELLED, "Cancelled"), (ALL, "All"))


TO_REVIEW, DISPUTED = "to-review", "disputed"
SUBSETS = {
    TO_REVIEW: "Sessions you have not reviewed yet",
    DISPUTED: "Disputed sessions",
    UNPAID: "Unpaid sessions",
}


@dataclass(frozen=True)
class TimelineEntry:
    """An entry in the history of a booking."""

    at: datetime
    title: str
    who: str
    reason: str
    old: When | None
    new: When | None
    is_good: bool


TITLES = {  # set where the verb alone is not clear enough
    Verb.EXPIRE: "Request not answered in time",
    Verb.CALL_OFF: "Cancelled: too few people booked",
    Verb.START: "Session started",
    Verb.COMPLETE: "Session completed",
    Verb.DISPUTE: "Dispute opened",
    Verb.RESOLVE: "Dispute settled",
    Verb.JOIN: "Saved to an account",
    Verb.CONTEST: "No-show contested",
    Verb.UPHOLD: "No-show upheld by support",
    Verb.EXCUSE: "No-show report withdrawn",
}


def timeline(
    booking: Booking,
    zone: str,
    payment: Payment | None = None,
    receipts: Sequence[Receipt] = (),
    refunds: Sequence[Refund] = (),
) -> list[TimelineEntry]:
    """Returns what has happened to the booking and its payment, oldest first, as both sides may read it. One query."""
    events = [event for event in booking.events.all() if event.verb != Verb.PAY or payment is None]
    entries = [_timeline_entry(booking, event, zone) for event in events]
    entries += _provider_entries(booking, payment) if payment else []
    entries += [entry for receipt in receipts for entry in _receipt_entries(booking, receipt)]
    entries += [entry for refund in refunds for entry in _refund_entries(booking, refund)]
    return sorted(entries, key=lambda entry: entry.at)


def _provider_entries(booking: Booking, payment: Payment) -> list[TimelineEntry]:
    """Returns an entry for the amount reserved on the client's card, and one for the amount charged."""
    if payment.provider == Provider.MANUAL:
        return []
    source = f" with {payment.method}" if payment.method else ""
    lines = [
        (payment.authorised_at, f"{booking.price.shown()} reserved{source}"),
        (payment.paid_at, f"{payment.money(payment.amount_paid).shown()} paid{source}"),
    ]
    client = booking.client_name
    return [TimelineEntry(at, title, client, "", old=None, new=None, is_good=True) for at, title in lines if at]


def _receipt_entries(booking: Booking, receipt: Receipt) -> list[TimelineEntry]:
    amount, name = receipt.money.shown(), booking.builder.display_name
    title = f"{amount} received: {receipt.get_method_display()}"
    entries = [TimelineEntry(receipt.created_at, title, name, receipt.note, old=None, new=None, is_good=True)]
    if correction := correction_of(receipt):
        title, who = f"{amount} was recorded by mistake", _recorded_by(booking, correction.recorded_by_id)
        at, reason = correction.created_at, correction.reason
        entries.append(TimelineEntry(at, title, who, reason, old=None, new=None, is_good=False))
    return entries


def _refund_entries(booking: Booking, refund: Refund) -> list[TimelineEntry]:
    """Returns one line for a refund, and for one that has failed another one that says so."""
    amount, who = refund.money.shown(), _recorded_by(booking, refund.recorded_by_id)
    title = f"{amount} given back" if refund.status == RefundStatus.DONE else f"Refund of {amount}"
    title = f"{amount} refunded as credit" if refund.as_credit else title
    entries = [TimelineEntry(refund.created_at, title, who, refund.reason, old=None, new=None, is_good=True)]
    if refund.status == RefundStatus.FAILED:
        title = f"Refund of {amount} failed"
        entries.append(TimelineEntry(refund.changed_at, title, "", refund.problem, old=None, new=None, is_good=False))
    if refund.given_up_at is not None:
        title, who = f"Refund of {amount} given up", _recorded_by(booking, refund.given_up_by_id)
        reason = refund.given_up_reason
        entries.append(TimelineEntry(refund.given_up_at, title, who, reason, old=None, new=None, is_good=False))
    return entries


def _recorded_by(booking: Booking, person_id: UUID | None) -> str:
    if person_id is None:
        return "Waymark"
    return booking.builder.display_name if person_id == booking.builder_id else "Support"


def _timeline_entry(booking: Booking, event: BookingEvent, zone: str) -> TimelineEntry:
    names = {Side.CLIENT: booking.client_name, Side.BUILDER: booking.builder.display_name, Side.SUPPORT: "Support"}
    length = event.ends_at - event.starts_at
    is_move = event.verb in (Verb.RESCHEDULE, Verb.ACCEPT) and event.started_at is not None
    is_booked = event.verb == Verb.REQUEST and event.after == State.CONFIRMED
    title = "Booked" if is_booked else TITLES.get(Verb(event.verb), event.get_verb_display())
    title = "Length changed" if event.is_other_length else title
    if event.verb == Verb.REQUEST and event.side == Side.BUILDER and event.after == State.PENDING:
        title = "Invitation sent"
    return TimelineEntry(
        at=event.at,
        title=title,
        who=names.get(Side(event.side), ""),
        reason=event.reason if event.verb not in (Verb.EXPIRE, Verb.LAPSE, Verb.UNPAID) else "",
        old=When(event.started_at, event.started_at + length, zone)
        if is_move and event.started_at and not event.is_other_length
        else None,
        new=When(event.starts_at, event.ends_at, zone) if is_move else None,
        is_good=event.after not in (State.CANCELLED, State.DISPUTED),
    )


def in_tab(bookings: BookingQuerySet, tab: str, now: datetime) -> BookingQuerySet:
    """Returns the bookings that belong in a tab, in the order of that tab."""
    if tab == TO_ANSWER:
        return bookings.counting().filter(state=State.PENDING).order_by("answer_by", "id")
    if tab == PAST:
        over = Q(state__in=[State.COMPLETED, State.DISPUTED]) | Q(
            state__in=[*AHEAD, State.IN_PROGRESS], ends_at__lte=now
        )
        return bookings.filter(over).order_by("-starts_at", "-id")
    if tab == CANCELLED:
        return bookings.filter(state=State.CANCELLED).order_by("-starts_at", "-id")
    if tab == ALL:
        return bookings.order_by("-starts_at", "-id")
    ahead = [State.PENDING, State.CONFIRMED, State.IN_PROGRESS]
    return bookings.filter(state__in=ahead, ends_at__gt=now).order_by("starts_at", "id")


def subset(bookings: BookingQuerySet, name: str, side: Side, now: datetime) -> BookingQuerySet:
    """Returns the bookings that wait for a review by this side, that are in dispute, or for which something is due."""
    if name == UNPAID:
        return unpaid(bookings)
    if name == TO_REVIEW:
        return to_review(bookings, side, now - WITHIN)
    return bookings.filter(state=State.DISPUTED)


def to_review(bookings: BookingQuerySet, side: Side, since: datetime) -> BookingQuerySet:
    """Returns the bookings completed since then that this side has not reviewed."""
    return bookings.filter(state=State.COMPLETED, completed_at__gt=since).exclude(reviews__side=side)


def unproven_ahead(now: datetime | Now) -> Q:
    """Returns the condition for sessions ahead, of guests who have not confirmed their address."""
    return Q(client__isnull=True, state__in=AHEAD, starts_at__gt=now)


def search(bookings: BookingQuerySet, text: str) -> BookingQuerySet:
    """Returns the bookings whose reference, title or names of client and builder contain each of the words."""
    for word in text.split()[:6]:
        bookings = bookings.filter(
            Q(reference__icontains=word)
            | Q(title__icontains=word)
            | Q(client__display_name__icontains=word)
            | Q(guest__name__icontains=word)
            | Q(builder__display_name__icontains=word)
        )
    return bookings


@dataclass(frozen=True)
class Stats:
    """Counts by state, and the value of completed sessions by currency."""

    counts: dict[str, int]
    revenue: dict[str, Money]
    unproven: int = 0  # still ahead, of guests who have not confirmed their address

    @property
    def total(self) -> int:
        return sum(self.counts.values())

    def of(self, state: str) -> int:
        return self.counts.get(state, 0)


def stats_of(bookings: BookingQuerySet) -> Stats:
    """Returns the figures of all bookings but those that wait for a guest to confirm their address. One query."""
    return stats_from(stats_rows(bookings))


def stats_rows(bookings: BookingQuerySet, *by: str) -> QuerySet[Any, dict[str, Any]]:
    """Returns counts and sums by state and currency, and by the fields that are named."""
    rows: QuerySet[Any, dict[str, Any]] = (
        bookings.counting()
        .order_by()
        .values("state", "currency", *by)
        .annotate(
            count=Count("pk"),
            worth=Sum("total", default=Decimal(0)),
            unproven=Count("pk", filter=unproven_ahead(Now())),
        )
    )
    return rows


def stats_from(rows: Iterable[dict[str, Any]]) -> Stats:
    """Returns the figures of these rows of `stats_rows` together."""
    counts: dict[str, int] = {}
    unproven = 0
    revenue: dict[str, Money] = {}
    for row in rows:
        counts[row["state"]] = counts.get(row["state"], 0) + row["count"]
        unproven += row["unproven"]
        if row["state"] == State.COMPLETED:
            currency = row["currency"]
            revenue[currency] = Money(rounded(row["worth"], currency), currency)
    return Stats(counts, revenue, unproven)


def booking_made_with(form_key: str, holder: str) -> Booking | None:
    """Returns the booking that this visitor has made with this form, if it was sent before; enough of it for the
    address of its page. One query."""
    key = parse_uuid(form_key)
    return Booking.objects.filter(form_key=key, seat__holder=holder).first() if key else None


def answers_and_notes(booking: Booking) -> list[tuple[str, str]]:
    """Returns (label, text) for each answer, then for the notes of the booking.

    One query more for one from Calendly.
    """
    answers = [(answer.label, answer.shown) for answer in booking.answers.all()]
    if booking.source == Booking.Source.CALENDLY:
        rows = booking.calendly_invitees.order_by("id").values_list("answers", flat=True)
        answers += [(label, text) for label, text in (rows[0] if rows else [])]
    return answers + ([("Notes", booking.notes)] if booking.notes else [])
