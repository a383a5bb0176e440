"""What payments are for, as the apps above show it: payments only know a kind and an id."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass
from uuid import UUID

from payments.models import Payment


@dataclass(frozen=True)
class ShownSubject:
    """The title of a subject, the other person's name, and the address of its page."""

    title: str
    person: str
    address: str


Find = Callable[[Collection[UUID]], dict[UUID, ShownSubject]]
_kinds: dict[str, Find] = {}


def register_payment_subject(kind: str, find: Find) -> None:
    """Registers a function that returns the subjects of a kind by their ids, in one query."""
    _kinds[kind] = find


def subjects_of(payments: Iterable[Payment]) -> dict[UUID, ShownSubject]:
    """Returns the subjects of these payments, by payment. One query for each kind."""
    by_kind: dict[str, dict[UUID, UUID]] = {}
    for payment in payments:
        by_kind.setdefault(payment.subject_kind, {})[payment.subject_id] = payment.pk
    shown: dict[UUID, ShownSubject] = {}
    for kind, ids in by_kind.items():
        if kind in _kinds:
            shown |= {ids[pk]: subject for pk, subject in _kinds[kind](list(ids)).items()}
    return shown
