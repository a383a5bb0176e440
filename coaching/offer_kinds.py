"""The five kinds of session that a builder begins with. Each fills the form of a new session type."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from accounts.models import User
from coaching.models import DEFAULT_TIERS, SessionType

Category = SessionType.Category


@dataclass(frozen=True)
class OfferKind:
    """A template of a session type: `values` are those of its fields, `minutes` its length."""

    slug: str
    name: str
    icon: str
    summary: str
    minutes: int
    values: Mapping[str, Any] = field(default_factory=dict)

    @property
    def tiers(self) -> tuple[tuple[int, int], ...]:
        """The cancellation tiers to begin with; none for a free session, which costs nothing to cancel."""
        return () if self.values.get("category") == Category.FREE else DEFAULT_TIERS

    def session_type(self, builder: User) -> SessionType:
        """Returns an unsaved session type of this kind."""
        return SessionType(builder=builder, default_minutes=self.minutes, **self.values)


KINDS = (
    OfferKind(
        "free", "Free", "spark", "A first talk, free of charge. Anyone can book it, even without an account.", 30,
        {"title": "Getting started", "category": Category.FREE, "auto_confirm": True, "colour": "moss"},
    ),
    OfferKind(
        "one-to-one", "One-to-one", "user", "You and one client. You set a price for each length.", 60,
        {"title": "One-to-one session", "colour": "sky"},
    ),
    OfferKind(
        "group", "Group", "people", "Several clients at the same time. Each of them pays.", 60,
        {"title": "Group session", "seats": 6, "min_seats": 2, "auto_confirm": True, "colour": "pine"},
    ),
    OfferKind(
        "in-person", "In person", "pin", "At your address, at the client’s, or where the client chooses.", 60,
        {"title": "Session in person", "is_remote": False, "is_in_person": True, "colour": "plum"},
    ),
    OfferKind(
        "pathway", "Pathway", "path", "For clients who follow a pathway and work on its skills with you.", 60,
        {"title": "Pathway session", "category": Category.PATHWAY, "colour": "clay"},
    ),
)  # fmt: skip
ONE_TO_ONE = KINDS[1]


def kind_named(slug: str) -> OfferKind | None:
    return next((kind for kind in KINDS if kind.slug == slug), None)
