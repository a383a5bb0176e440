"""The only place where a price is made, and which rule made it. Plain values in, a quote or None out."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal

from core.money import Money, rounded

FIXED, HOURLY, DAY = "fixed", "hourly", "day"
CUSTOM_STEP = 15  # minutes between custom durations


@dataclass(frozen=True)
class Terms:
    """All that a price depends on: a session type's own terms over its builder's."""

    currency: str
    is_free: bool = False
    own_prices: Mapping[int, Decimal] = field(default_factory=dict)
    listed: frozenset[int] = frozenset()  # durations of the session type; none listed: the builder's
    config: Mapping[int, Decimal] = field(default_factory=dict)
    rate_types: frozenset[str] = frozenset({FIXED})
    hourly_rate: Decimal | None = None
    day_rate: Decimal | None = None
    day_minutes: int = 480
    allows_custom: bool = False
    minimum: int = 30
    maximum: int = 120


@dataclass(frozen=True)
class Quote:
    """`unit` is what one session, day or hour costs, `total` the whole; `rule` says why."""

    rule: str
    rate_type: str
    unit: Money
    total: Money


Rule = Callable[[Terms, int], Quote | None]


def quote(terms: Terms, minutes: int, rate_type: str | None = None) -> Quote | None:
    """What that many minutes cost; None for a length, or a way to pay, that is not offered.

    The first rule that fits makes the price; with `rate_type`, the first of that kind.
    """
    if terms.is_free:
        return _free(terms, minutes) if rate_type in (None, FIXED) else None
    for kind, rule in RULES:
        if kind in terms.rate_types and rate_type in (None, kind):
            made = rule(terms, minutes)
            if made is not None:
                return made
    return None


def offered_minutes(terms: Terms) -> list[int]:
    """The lengths to choose from, shortest first; custom ones among them."""
    lengths = set(terms.listed) or set(terms.config)
    if terms.allows_custom and not terms.own_prices and not terms.listed:
        lengths.update(range(terms.minimum, terms.maximum + 1, CUSTOM_STEP))
    if DAY in terms.rate_types and terms.day_rate is not None:
        lengths.add(terms.day_minutes)
    return sorted(minutes for minutes in lengths if quote(terms, minutes) is not None)


def price_list(terms: Terms) -> list[tuple[int, Quote]]:
    """Each length to choose from, with what it costs."""
    found = ((minutes, quote(terms, minutes)) for minutes in offered_minutes(terms))
    return [(minutes, made) for minutes, made in found if made]


def _free(terms: Terms, minutes: int) -> Quote | None:
    lengths = terms.listed or terms.config
    if minutes not in lengths:
        return None
    nothing = Money(Decimal(0), terms.currency)
    return Quote("free", FIXED, nothing, nothing)


def _own_price(terms: Terms, minutes: int) -> Quote | None:
    return _fixed("own price", terms.own_prices.get(minutes), terms)


def _config_price(terms: Terms, minutes: int) -> Quote | None:
    if terms.own_prices or (terms.listed and minutes not in terms.listed):
        return None
    return _fixed("session config", terms.config.get(minutes), terms)


def _by_the_day(terms: Terms, minutes: int) -> Quote | None:
    """Whole days, for session types that do not list other lengths of their own."""
    if terms.own_prices or (terms.listed and minutes not in terms.listed):
        return None
    days, rest = divmod(minutes, terms.day_minutes)
    if terms.day_rate is None or rest or not days:
        return None
    return Quote("day rate", DAY, _money(terms.day_rate, terms), _money(terms.day_rate * days, terms))


def _by_the_hour(terms: Terms, minutes: int) -> Quote | None:
    """Any of the session type's lengths, and custom ones where it does not list its own."""
    if terms.hourly_rate is None:
        return None
    lengths = terms.listed or terms.config
    if minutes not in lengths and (terms.listed or not _is_custom(terms, minutes)):
        return None
    total = _money(terms.hourly_rate * minutes / 60, terms)
    return Quote("hourly rate", HOURLY, _money(terms.hourly_rate, terms), total)


def _is_custom(terms: Terms, minutes: int) -> bool:
    is_on_step = (minutes - terms.minimum) % CUSTOM_STEP == 0
    return terms.allows_custom and terms.minimum <= minutes <= terms.maximum and is_on_step


def _fixed(rule: str, price: Decimal | None, terms: Terms) -> Quote | None:
    if price is None:
        return None
    unit = _money(price, terms)
    return Quote(rule, FIXED, unit, unit)


def _money(amount: Decimal, terms: Terms) -> Money:
    return Money(rounded(amount, terms.currency), terms.currency)


# In order; packages and early-booking discounts become rules of their own before these.
RULES: tuple[tuple[str, Rule], ...] = (
    (FIXED, _own_price),
    (FIXED, _config_price),
    (DAY, _by_the_day),
    (HOURLY, _by_the_hour),
)
