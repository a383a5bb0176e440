"""What the apps above know of the subjects of payments, such as bookings, for the pages on which staff look payments up."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.db.models import Q, QuerySet

from payments.models import Payment


@dataclass(frozen=True)
class SubjectLookup:
    """`links` returns (label, address) of the pages on which something is done with a payment. `search` returns the ids of
    the subjects whose people a text names."""

    links: Callable[[Payment], list[tuple[str, str]]]
    search: Callable[[str], QuerySet[Any, Any]]


_lookups: dict[str, SubjectLookup] = {}


def register_lookup(name: str, lookup: SubjectLookup) -> None:
    """Registers a kind of subject; its app does so in `ready()`."""
    _lookups[name] = lookup


def links_of(payment: Payment) -> list[tuple[str, str]]:
    lookup = _lookups.get(payment.subject_kind)
    return lookup.links(payment) if lookup else []


def matching(text: str) -> Q:
    """Returns the condition for payments about a subject whose people the text names."""
    condition = Q(pk__in=[])
    for name, lookup in _lookups.items():
        condition |= Q(subject_kind=name, subject_id__in=lookup.search(text))
    return condition
