"""The search of staff: people, bookings, mail addresses, invoices and connections by what somebody typed into one field."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass
from functools import reduce
from operator import and_
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from allauth.account.models import EmailAddress
from django.db.models import CharField, F, Q, QuerySet, UUIDField, Value
from django.db.models.functions import Cast
from django.urls import reverse
from django.utils.formats import date_format

from accounts.models import User
from accounts.staff_pages import booking_page, calendar_page, person_page, row_page
from bookings.models import Booking, Guest
from connections.models import Connection, LinkedAccount
from core.mail_log.models import MailLogEntry
from core.names import tidy
from operations.rights import Part, parts_of
from payments.models import Invoice

SHORTEST, LONGEST = 3, 100
MOST_SHOWN = 8
REFERENCE = re.compile(r"^(?:WM-?)?([0-9A-Z]{2,6})$", re.IGNORECASE)
SERVICES = dict(Connection.Service.choices)
ACCOUNT, GUEST, MAIL = "Account", "Guest", "Was mailed"


@dataclass(frozen=True)
class SearchResult:
    title: str
    detail: str
    url: str


@dataclass(frozen=True)
class ResultGroup:
    """The results of one kind; `is_more` says that only the first are shown."""

    label: str
    results: list[SearchResult]
    is_more: bool


def search(text: str, roles: Collection[str]) -> list[ResultGroup]:
    """Returns what the text names, in groups, without the kinds that these roles may not find. At most one query for each
    group, each by an index; a text that is too short finds nothing."""
    query = tidy(text)[:LONGEST]
    if len(query) < SHORTEST:
        return []
    parts = parts_of(roles)
    groups = [_group(label, find(query)) for part, (label, find) in FINDERS.items() if part in parts]
    return [group for group in groups if group.results]


def _group(label: str, results: Iterable[SearchResult]) -> ResultGroup:
    shown = list(results)
    return ResultGroup(label, shown[:MOST_SHOWN], len(shown) > MOST_SHOWN)


def _first(rows: QuerySet[Any, Any]) -> list[Any]:
    """Returns the first rows that are found, without sorting all that fit: a common name fits very many."""
    return list(rows.order_by()[: MOST_SHOWN + 1])


def _people(text: str) -> list[SearchResult]:
    names = reduce(and_, (Q(display_name__icontains=word) for word in text.split()))
    people = _first(User.objects.filter(names | Q(email__startswith=text.lower())))
    people.sort(key=lambda person: (person.email != text.lower(), person.display_name))
    return [
        SearchResult(person.display_name, person.email if person.is_active else f"{person.email}, closed", person_page(person.pk))
        for person in people
    ]  # fmt: skip


def _bookings(text: str) -> list[SearchResult]:
    match = REFERENCE.match(text)
    if match is None:
        return []
    rows = Booking.objects.filter(reference__startswith=f"WM-{match[1].upper()}")
    return [
        SearchResult(
            booking.reference,
            f"{booking.client_name} with {booking.builder.display_name}, {booking.get_state_display().lower()}",
            booking_page(booking.reference, booking.pk),
        )
        for booking in _first(rows.select_related("client", "guest", "builder"))
    ]


def _addresses(text: str) -> list[SearchResult]:
    """Finds addresses of accounts, of guests, and those that were mailed, in one query."""
    if " " in text:
        return []
    start = text.lower()
    accounts = EmailAddress.objects.filter(email__startswith=start)
    guests = Guest.objects.filter(email__startswith=start)
    mailed = MailLogEntry.objects.filter(recipient__startswith=start)
    rows = _kind(accounts, "email", "user_id", ACCOUNT).union(
        _kind(guests, "email", "id", GUEST), _kind(mailed, "recipient", None, MAIL)
    )
    addresses: dict[str, tuple[str, Any]] = {}
    for address, kind, key in sorted(rows[: 3 * (MOST_SHOWN + 1)], key=lambda row: (row[0], row[1])):
        addresses.setdefault(address, (kind, key))
    return [
        SearchResult(address, kind, _address_page(address, kind, key)) for address, (kind, key) in addresses.items()
    ]


def _kind(rows: QuerySet[Any, Any], address: str, key: str | None, kind: str) -> QuerySet[Any, Any]:
    """Returns the first addresses of one kind as (address, kind, key)."""
    owner = Cast(F(key) if key else Value(None), UUIDField())
    columns = {"shown_address": Cast(F(address), CharField()), "kind_of": Value(kind), "owner_key": owner}
    values = rows.order_by().annotate(**columns).values_list("shown_address", "kind_of", "owner_key")
    first: QuerySet[Any, Any] = values.distinct()[: MOST_SHOWN + 1]
    return first


def _address_page(address: str, kind: str, key: UUID | None) -> str:
    if kind == ACCOUNT:
        return person_page(key)
    return f"{reverse('operations:mail')}?{urlencode({'address': address})}"


def _invoices(text: str) -> list[SearchResult]:
    if " " in text:
        return []
    rows = Invoice.objects.filter(number__startswith=text.upper()).select_related("seller", "buyer").defer("document")
    return [
        SearchResult(
            invoice.number,
            f"{invoice.get_kind_display()} of {date_format(invoice.issued_on)}, by {_name(invoice.seller)}",
            row_page("payments_invoice", invoice.pk),
        )
        for invoice in _first(rows)
    ]


def _connections(text: str) -> list[SearchResult]:
    """Finds calendars by their name, host or account, and linked accounts by their name, in one query."""
    calendars = Connection.objects.filter(
        Q(name__icontains=text) | Q(host__icontains=text) | Q(username__icontains=text)
        | Q(owner__email__startswith=text.lower()) | Q(owner__display_name__icontains=text)
    )  # fmt: skip
    accounts = LinkedAccount.objects.filter(
        Q(name__icontains=text) | Q(external_id=text) | Q(owner__email__startswith=text.lower())
        | Q(owner__display_name__icontains=text)
    )  # fmt: skip
    columns = ("id", "model", "title", "service", "state", "owner__display_name")
    rows = _linked(calendars, "connections_connection").values_list(*columns).union(
        _linked(accounts, "connections_linkedaccount").values_list(*columns), all=True
    )  # fmt: skip
    return [
        SearchResult(
            title or service,
            f"{SERVICES.get(service, service.capitalize())} of {owner or 'Waymark'}, {state}",
            calendar_page(key) if model == "connections_connection" else row_page(model, key),
        )
        for key, model, title, service, state, owner in rows[: MOST_SHOWN + 1]
    ]


def _linked(rows: QuerySet[Any, Any], model: str) -> QuerySet[Any, Any]:
    named: QuerySet[Any, Any] = rows.order_by().annotate(model=Value(model), title=Cast(F("name"), CharField()))
    return named


def _name(person: User | None) -> str:
    return person.display_name if person else "Waymark"


FINDERS: dict[Part, tuple[str, Callable[[str], list[SearchResult]]]] = {
    Part.FIND_BOOKINGS: ("Bookings", _bookings),
    Part.FIND_PEOPLE: ("People", _people),
    Part.FIND_ADDRESSES: ("Mail addresses", _addresses),
    Part.FIND_INVOICES: ("Invoices", _invoices),
    Part.FIND_CONNECTIONS: ("Connections", _connections),
}
