"""The builders that somebody can plan sessions with, each with one session type."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from uuid import UUID

from accounts.models import User
from bookings.models import Booking, SessionPlan
from bookings.session_plans.loading import best_type, bookable_types, suggested_types
from coaching.models import SessionType
from coaching.quotes import Quote, price_list
from coaching.terms import offers_of, terms_of
from core.money import Money
from pathways.models import Pathway
from payments.states import Timing

MOST_FORMER = 3  # builders that the client has booked before
MOST_PRESELECTED = 2


@dataclass(frozen=True)
class PlanChoice:
    """A builder with the session type to plan with, its lengths, and the price of its usual one."""

    session_type: SessionType
    prices: list[tuple[int, Quote]]
    is_suggested: bool

    @property
    def key(self) -> UUID:
        return self.session_type.pk

    @property
    def builder(self) -> User:
        return self.session_type.builder

    @property
    def label(self) -> str:
        return f"{self.builder.display_name}: {self.session_type.title}"

    @property
    def lengths(self) -> list[int]:
        return [minutes for minutes, _ in self.prices]

    @property
    def minutes(self) -> int:
        usual = self.session_type.default_minutes
        return usual if usual in self.lengths else self.lengths[0]

    @property
    def price(self) -> Money:
        return dict(self.prices)[self.minutes].total


def choices_for(
    client: User, pathway: Pathway | None, *, builder: str = "", plan: SessionPlan | None = None
) -> list[PlanChoice]:
    """Returns the builders to choose from: the one with this slug, those of the plan, those who teach what is missing on
    the pathway, and those that the client has booked before. The number of queries does not depend on theirs."""
    suggested = [row.pk for row in suggested_types(client, pathway)]
    asked = (
        _best_of_builders(SessionType.objects.filter(builder__builder_profile__slug=builder), pathway)
        if builder
        else []
    )
    planned = list(plan.session_types) if plan else []
    former = [] if suggested or asked or planned else _best_of_builders(_booked_before(client), pathway)[:MOST_FORMER]
    keys = list(dict.fromkeys([*planned, *asked, *suggested, *former]))
    first = set(asked or (suggested or former)[:MOST_PRESELECTED])
    rows = {row.pk: row for row in bookable_types(keys) if row.builder_id != client.pk}
    offers = offers_of({row.builder_id for row in rows.values()})
    choices = []
    for key in keys:
        row = rows.get(key)
        prices = price_list(terms_of(row, offers[row.builder_id])) if row and offers[row.builder_id].is_active else []
        if row is not None and prices:
            choices.append(PlanChoice(row, prices, key in first))
    return choices


def _booked_before(client: User) -> Iterable[SessionType]:
    builders = Booking.objects.filter(client=client).order_by().values("builder")
    return SessionType.objects.filter(builder__in=builders)


def _best_of_builders(session_types: Iterable[SessionType], pathway: Pathway | None) -> list[UUID]:
    """Returns the session type to plan with of each builder."""
    rows = SessionType.objects.bookable().filter(pk__in=[row.pk for row in session_types], books_on_calendly=False)
    by_builder: dict[UUID, list[SessionType]] = {}
    for row in rows.complete():
        by_builder.setdefault(row.builder_id, []).append(row)
    best = [_best_type(types, pathway) for types in by_builder.values()]
    return [row.pk for row in best if row is not None]


def _best_type(session_types: Sequence[SessionType], pathway: Pathway | None) -> SessionType | None:
    if pathway is not None:
        return best_type(session_types, pathway)
    single = [row for row in session_types if row.category == SessionType.Category.SPECIALIZED and row.seats == 1]
    single.sort(key=lambda row: row.payment_timing == Timing.AT_BOOKING)
    return single[0] if single else None
