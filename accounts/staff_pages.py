"""The pages on which staff look at a person, a booking and others: those of operations, else those of the admin."""

from __future__ import annotations

from django.urls import NoReverseMatch, reverse

from core.addresses import address_of


def person_page(key: object) -> str:
    """Returns the address of the page about a person for staff."""
    return _first(("operations:person", key), ("admin:accounts_user_change", key))


def booking_page(reference: str, key: object) -> str:
    """Returns the address of the page about a booking for staff."""
    return _first(("operations:booking", reference), ("admin:bookings_booking_change", key))


def application_page(key: object) -> str:
    """Returns the address of the page on which an application is decided."""
    return _first(("operations:application", key), ("admin:accounts_builderapplication_change", key))


def calendar_page(key: object) -> str:
    """Returns the address of the page about a connected calendar for staff."""
    return _first(("operations:calendar", key), ("admin:connections_connection_change", key))


def list_page(model: str, query: str = "") -> str:
    """Returns the address of a list of the admin, such as of `core_outboxmessage`, with its filters."""
    address = reverse(f"admin:{model}_changelist")
    return f"{address}?{query}" if query else address


def row_page(model: str, key: object) -> str:
    """Returns the address of the page of one row in the admin."""
    return reverse(f"admin:{model}_change", args=[key])


def _first(*pages: tuple[str, object]) -> str:
    for name, argument in pages:
        try:
            return address_of(name, argument)
        except NoReverseMatch:
            continue
    raise AssertionError("the last page is always there")
