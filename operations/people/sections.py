"""The large parts of a person's page, which are loaded one by one: each is a table of at most 20 rows and a next page."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from allauth.usersessions.models import UserSession
from django.db.models import Q
from django.urls import reverse

from accounts.models import ActingSession, ApiToken, User
from accounts.templatetags.browsers import in_words
from bookings.models import Booking, Review
from bookings.states import Side
from core import audit
from core.cursors import page_of
from core.mail_log.queries import messages_to
from core.models import AuditEntry
from messaging.models import Conversation, Participant
from operations.tables import ShownCell, ShownTable, actor_of, facts_of, subjects_in
from payments.models import Payment

ROWS = 20
NEWEST = ("-created_at", "-id")


Read = Callable[[User, str | None], ShownTable]


@dataclass(frozen=True)
class PersonSection:
    """A part of the page. `read` takes the queries that its docstring says, however many rows there are."""

    slug: str
    label: str
    empty: str
    read: Read


def _page(rows: Any, cursor: str | None, *order: str) -> Any:
    return page_of(rows, order=order or ("-id",), limit=ROWS, cursor=cursor)


def bookings(person: User, cursor: str | None) -> ShownTable:
    """Returns their bookings on either side, the latest session first. One query."""
    mine = Booking.objects.listed().filter(Q(client=person) | Q(builder=person))
    page = _page(mine, cursor, "-starts_at", "-id")
    rows = [
        [
            ShownCell(booking.reference, reverse("operations:booking", args=[booking.reference])),
            ShownCell(booking.title),
            ShownCell(f"Builder of {booking.client_name}")
            if booking.builder_id == person.pk
            else ShownCell(f"Client of {booking.builder.display_name}"),
            ShownCell(at=booking.starts_at),
            ShownCell(booking.get_state_display()),
        ]
        for booking in page.rows
    ]
    return ShownTable(("Booking", "Session", "As", "When", "State"), rows, page.next_cursor)


def conversations(person: User, cursor: str | None) -> ShownTable:
    """Returns their conversations without a word of them, the latest first. Two queries."""
    mine = Conversation.objects.filter(participants__user=person)
    page = _page(mine, cursor, "-last_message_at", "-id")
    others = Participant.objects.filter(conversation__in=page.rows).exclude(user=person).select_related("user")
    names = {other.conversation_id: other.display_name for other in others}
    rows = [
        [
            ShownCell(
                names.get(conversation.pk, "Nobody else"),
                reverse("operations:person_conversation", args=[person.pk, conversation.pk]),
            ),
            ShownCell(str(conversation.last_number)),
            ShownCell(at=conversation.last_message_at),
        ]
        for conversation in page.rows
    ]
    return ShownTable(("With", "Messages", "Latest"), rows, page.next_cursor)


def payments(person: User, cursor: str | None) -> ShownTable:
    """Returns what they paid and were paid, the latest first. One query."""
    mine = Payment.objects.filter(Q(payer=person) | Q(payee=person)).select_related("payer", "payee")
    page = _page(mine, cursor, *NEWEST)
    rows = [
        [
            ShownCell(payment.subject_reference, reverse("admin:payments_payment_change", args=[payment.pk])),
            ShownCell(f"From {payment.payer}" if payment.payee_id == person.pk else f"To {payment.payee_name}"),
            ShownCell(payment.money(payment.amount).shown()),
            ShownCell(payment.get_status_display()),
            ShownCell(at=payment.created_at),
        ]
        for payment in page.rows
    ]
    return ShownTable(("For", "Between", "Amount", "State", "Since"), rows, page.next_cursor)


def reviews(person: User, cursor: str | None) -> ShownTable:
    """Returns the reviews that they wrote, and those of them as a builder. One query."""
    about = Q(booking__builder=person, side=Side.CLIENT)
    page = _page(Review.objects.filter(Q(author=person) | about).select_related("booking"), cursor, *NEWEST)
    rows = [
        [
            ShownCell(review.booking.reference, reverse("operations:booking", args=[review.booking.reference])),
            ShownCell("Written by them" if review.author_id == person.pk else "About them"),
            ShownCell(f"{review.rating} of 5", more=review.text),
            ShownCell("Taken down" if review.hidden_at else "Shown" if review.published_at else "Not published yet"),
            ShownCell(at=review.created_at),
        ]
        for review in page.rows
    ]
    return ShownTable(("Booking", "Review", "Rating", "State", "When"), rows, page.next_cursor)


def mails(person: User, cursor: str | None) -> ShownTable:
    """Returns the mails to them, the latest first; each leads to its text. One query."""
    page = _page(messages_to(person), cursor)
    rows = [
        [
            ShownCell(message.shown_subject, reverse("operations:mail_message", args=[message.pk])),
            ShownCell(message.recipient),
            ShownCell(message.get_state_display(), more=message.last_response),
            ShownCell(at=message.sent_at or message.created_at),
        ]
        for message in page.rows
    ]
    return ShownTable(("Mail", "To", "State", "When"), rows, page.next_cursor)


def audit_rows(person: User, cursor: str | None) -> ShownTable:
    """Returns what they did and what was done to their account, the latest first. One query, and one for each kind of
    subject."""
    mine = AuditEntry.objects.filter(Q(actor=person) | Q(acting_as=person) | Q(subject=audit.name_of(person)))
    page = _page(mine.select_related("actor", "acting_as"), cursor)
    subjects = subjects_in(page.rows)
    rows = [
        [
            ShownCell(entry.action.capitalize(), more=facts_of(entry)),
            ShownCell(actor_of(entry)),
            subjects[entry.subject],
            ShownCell(at=entry.at),
        ]
        for entry in page.rows
    ]
    return ShownTable(("Action", "By", "About", "When"), rows, page.next_cursor)


def sessions(person: User, cursor: str | None) -> ShownTable:
    """Returns the browsers in which they are signed in. One query."""
    page = _page(UserSession.objects.filter(user=person), cursor, "-created_at", "-id")
    rows = [
        [
            ShownCell(in_words(session.user_agent)),
            ShownCell(session.ip),
            ShownCell(at=session.created_at),
            ShownCell(at=session.last_seen_at),
        ]
        for session in page.rows
    ]
    return ShownTable(("With", "From", "Since", "Last seen"), rows, page.next_cursor)


def tokens(person: User, cursor: str | None) -> ShownTable:
    """Returns their API tokens, without the secrets, which are not stored. One query."""
    page = _page(ApiToken.objects.filter(user=person), cursor, *NEWEST)
    rows = [
        [
            ShownCell(token.name, more=token.hint),
            ShownCell(token.scope.label),
            ShownCell(at=token.used_at),
            ShownCell("Revoked") if token.revoked_at else ShownCell(at=token.expires_at),
        ]
        for token in page.rows
    ]
    return ShownTable(("Token", "May", "Last used", "Ends"), rows, page.next_cursor)


def acting(person: User, cursor: str | None) -> ShownTable:
    """Returns when staff acted as them. One query."""
    page = _page(ActingSession.objects.filter(person=person).select_related("staff"), cursor)
    rows = [
        [
            ShownCell(session.staff.display_name, more=session.reason),
            ShownCell(at=session.created_at),
            ShownCell(at=session.over_at),
        ]
        for session in page.rows
    ]
    return ShownTable(("Who", "From", "Until"), rows, page.next_cursor)


SECTIONS = {
    section.slug: section
    for section in (
        PersonSection("bookings", "Bookings", "No bookings.", bookings),
        PersonSection("conversations", "Conversations", "No conversations.", conversations),
        PersonSection("payments", "Payments", "No payments.", payments),
        PersonSection("reviews", "Reviews", "No reviews.", reviews),
        PersonSection("mails", "Mails", "No mails.", mails),
        PersonSection("sessions", "Signed in with", "Signed in nowhere.", sessions),
        PersonSection("tokens", "API tokens", "No tokens.", tokens),
        PersonSection("acting", "Staff who acted as them", "Nobody did.", acting),
        PersonSection("audit", "Audit", "Nothing yet.", audit_rows),
    )
}
