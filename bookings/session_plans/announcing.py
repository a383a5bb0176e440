"""Tells both sides of a plan that was booked: one mail to the client, and one to each builder about their sessions."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal

from django.conf import settings
from django.urls import reverse

from accounts.models import User
from accounts.notifications import NewNotification, notify_in_app
from bookings.agreement.calendar_entries import calendar_of
from bookings.models import Booking, PlannedSession, SessionPlan
from bookings.states import AHEAD, Side, State
from bookings.times import When
from core import mail, outbox
from core.mail import Email, Invitation
from core.models import OutboxMessage
from core.money import Money
from core.templatetags.waymark import money
from core.zones import local_time

CHANNEL = "session_plan"
SMALL_PRINT = "You can turn these mails off on your account page."


def announce(plan: SessionPlan, sessions: Sequence[PlannedSession]) -> None:
    """Queues the mails and the notifications about a plan that was booked. Called in its transaction."""
    _queue_mail(plan, plan.client, Side.CLIENT)
    builders = {session.session_type.builder_id: session.session_type.builder for session in sessions}
    for key in sorted(builders):
        builder = builders[key]
        bookings = [session.booking for session in sessions if session.booking and session.booking.builder_id == key]
        title = _title(plan.client, bookings)
        news = NewNotification(
            "booking", f"plan:{plan.pk}", title, _times(bookings, builder)[0], _path(bookings), "See them"
        )
        notify_in_app(builder, news)
        _queue_mail(plan, builder, Side.BUILDER)


def deliver(message: OutboxMessage) -> None:
    """Sends the mail about a plan to one side, with the sessions that are still ahead."""
    side = Side(message.payload["side"])
    reader = User.objects.filter(pk=message.payload["reader"]).first()
    rows = Booking.objects.complete().filter(planned_session__plan=message.payload["plan"], state__in=AHEAD)
    if side == Side.BUILDER:
        rows = rows.filter(builder=reader)
    bookings = list(rows.order_by("starts_at"))
    if reader is None or not bookings:
        raise outbox.Undeliverable("the sessions of this plan are gone")
    email = (
        to_client(bookings, reader, message.payload["plan"]) if side == Side.CLIENT else to_builder(bookings, reader)
    )
    agreed = [booking for booking in bookings if booking.state == State.CONFIRMED]
    entries = Invitation("PUBLISH", calendar_of(agreed, side)) if agreed else None
    mail.send(message, mail.rendered(email), entries)


def to_client(bookings: Sequence[Booking], client: User, plan: str) -> Email:
    """Returns the mail to the client about all sessions of their plan."""
    waiting = [booking for booking in bookings if booking.state == State.PENDING]
    names = _listed(sorted({booking.builder.display_name for booking in waiting}))
    sentences = [f"Your plan is booked: {_sessions(len(bookings))}."]
    if waiting:
        sentences.append(
            f"{names} will confirm {'it' if len(waiting) == 1 else 'them'}. You will get a mail for each answer."
        )
    return Email(
        subject=f"Your plan: {_sessions(len(bookings))}",
        greeting=f"Hello {client.display_name},",
        paragraphs=sentences,
        facts=_facts(bookings, client),
        button=("See your plan", f"{settings.SITE_URL}{reverse('bookings:session_plan', args=[plan])}"),
        small_print=SMALL_PRINT,
    )


def to_builder(bookings: Sequence[Booking], builder: User) -> Email:
    """Returns the mail to a builder about the sessions of a client's plan that are with them."""
    client = bookings[0].client
    title = _title(client, bookings)
    waiting = sum(booking.state == State.PENDING for booking in bookings)
    sentence = "Confirm or decline each of them in your bookings." if waiting else "You need not do anything."
    return Email(
        subject=title,
        greeting=f"Hello {builder.display_name},",
        paragraphs=[f"{title}. They belong to one plan.", sentence] if len(bookings) > 1 else [f"{title}.", sentence],
        facts=_facts(bookings, builder),
        button=("See your bookings", f"{settings.SITE_URL}{_path(bookings)}"),
        small_print=SMALL_PRINT,
    )


def _queue_mail(plan: SessionPlan, reader: User, side: Side) -> None:
    if reader.wants_mail and reader.is_active:
        outbox.put(
            event=f"plan:{plan.pk}:{reader.pk}",
            channel=CHANNEL,
            recipient=reader.email,
            payload={"plan": str(plan.pk), "reader": str(reader.pk), "side": side},
        )


def _title(client: User | None, bookings: Sequence[Booking]) -> str:
    is_asked = any(booking.state == State.PENDING for booking in bookings)
    name = client.display_name if client else "A client"
    return f"{name} {'requests' if is_asked else 'has booked'} {_sessions(len(bookings))}"


def _sessions(count: int) -> str:
    return "one session" if count == 1 else f"{count} sessions"


def _times(bookings: Sequence[Booking], reader: User) -> list[str]:
    """Returns the time and the title of each session, on the reader's clock; with its builder if there are several."""
    has_several = len({booking.builder_id for booking in bookings}) > 1
    return [
        f"{When(booking.starts_at, booking.ends_at, reader.timezone, reader.hour_format).short}: {booking.title}"
        + (f" with {booking.builder.display_name}" if has_several else "")
        for booking in bookings
    ]


def _facts(bookings: Sequence[Booking], reader: User) -> list[tuple[str, str]]:
    """Returns the times with the zone that they are in, and what all sessions cost."""
    return [
        ("Sessions", "\n".join(_times(bookings, reader))),
        ("Times are in", local_time(reader.timezone)),
        ("Price", _price(bookings)),
    ]


def _price(bookings: Sequence[Booking]) -> str:
    """Returns the sum of the prices by currency, and how many sessions are paid with credits."""
    sums: dict[str, Decimal] = {}
    for booking in bookings:
        if not booking.is_paid_with_credit:
            sums[booking.currency] = sums.get(booking.currency, Decimal(0)) + booking.total
    parts = [money(Money(amount, currency)) for currency, amount in sums.items()]
    if used := sum(booking.is_paid_with_credit for booking in bookings):
        parts.append("one credit" if used == 1 else f"{used} credits")
    return _listed(parts)


def _path(bookings: Sequence[Booking]) -> str:
    return bookings[0].get_absolute_url() if len(bookings) == 1 else reverse("bookings:as_builder")


def _listed(names: Sequence[str]) -> str:
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} and {names[-1]}" if names else ""
