"""Calculates every price. The functions take plain values and return a quote, which names the rule behind it, or None."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import timedelta
from decimal import Decimal
from functools import lru_cache

from core.money import Money, rounded

FIXED, HOURLY, DAY = "fixed", "hourly", "day"
PACKAGE, EARLY = "package", "early booking"
CUSTOM_STEP = 15  # minutes between custom durations


@dataclass(frozen=True)
class Terms:
    """Everything that a price depends on: the session type's own terms, and the builder's as the fallback."""

    currency: str
    is_free: bool = False
    own_prices: Mapping[int, Decimal] = field(default_factory=dict)
    listed: frozenset[int] = frozenset()  # the session type's durations; if empty, those of `config` count
    config: Mapping[int, Decimal] = field(default_factory=dict)
    rate_types: frozenset[str] = frozenset({FIXED})
    hourly_rate: Decimal | None = None
    day_rate: Decimal | None = None
    day_minutes: int = 480
    allows_custom: bool = False
    minimum: int = 30
    maximum: int = 120
    early: tuple[tuple[int, int], ...] = ()  # (days ahead, per cent less), the most days first

    def __hash__(self) -> int:
        """Returns the hash of a part of the terms, since dictionaries have none; equality compares all of them."""
        prices = (*self.own_prices.items(), *self.config.items())
        return hash((self.currency, self.hourly_rate, self.day_rate, self.minimum, self.maximum, frozenset(prices)))


@dataclass(frozen=True)
class Discount:
    """What a rule takes off the list price: which rule, how much, and of an early booking the tier that it comes from."""

    rule: str
    amount: Money
    days: int = 0
    percent: int = 0

    @property
    def reason(self) -> str:
        return f"booked {days_in_words(self.days)} ahead" if self.rule == EARLY else "paid with a credit"


@dataclass(frozen=True)
class Quote:
    """A price: `unit` for one session, day or hour, `total` for the whole, and the `rule` that the list price comes from.

    With a discount, unit and total are what is left after it.
    """

    rule: str
    rate_type: str
    unit: Money
    total: Money
    discount: Discount | None = None

    @property
    def list_total(self) -> Money:
        """The whole price without a discount."""
        off = self.discount.amount.amount if self.discount else Decimal(0)
        return Money(self.total.amount + off, self.total.currency)

    @property
    def breakdown(self) -> list[dict[str, str]]:
        """The rules that made the price with their amounts, in their order, as a booking keeps them."""
        lines = [{"rule": self.rule, "amount": self.list_total.on_the_wire()}]
        if self.discount:
            line = {"rule": self.discount.rule, "amount": f"-{self.discount.amount.on_the_wire()}"}
            tier = {"days": str(self.discount.days), "percent": str(self.discount.percent)}
            lines.append(line | (tier if self.discount.rule == EARLY else {}))
        return lines


@dataclass(frozen=True)
class Circumstances:
    """What a discount depends on: how long ahead it is booked, and whether a credit pays for it."""

    ahead: timedelta = timedelta(0)
    with_credit: bool = False


Rule = Callable[[Terms, int], Quote | None]
DiscountRule = Callable[[Terms, Quote, Circumstances], Quote | None]


def quote(
    terms: Terms, minutes: int, rate_type: str | None = None, circumstances: Circumstances | None = None
) -> Quote | None:
    """Returns the price of that many minutes, or None if the length or the rate type is not offered.

    The first rule in `RULES` that applies makes the list price; with `rate_type`, the first of that type. Then the first
    rule in `DISCOUNT_RULES` that applies lowers it, so that discounts never add up.
    """
    priced = _list_quote(terms, minutes, rate_type)
    if priced is None or circumstances is None:
        return priced
    reduced = (rule(terms, priced, circumstances) for rule in DISCOUNT_RULES)
    return next((price for price in reduced if price is not None), priced)


def days_in_words(days: int) -> str:
    return f"{days} day{'' if days == 1 else 's'}"


def _list_quote(terms: Terms, minutes: int, rate_type: str | None) -> Quote | None:
    if terms.is_free:
        return _free_quote(terms, minutes) if rate_type in (None, FIXED) else None
    for kind, rule in RULES:
        if kind in terms.rate_types and rate_type in (None, kind):
            priced = rule(terms, minutes)
            if priced is not None:
                return priced
    return None


def offered_minutes(terms: Terms) -> list[int]:
    """Returns the lengths that can be booked, shortest first, including custom ones."""
    lengths = set(terms.listed) or set(_config_lengths(terms))
    if has_custom_lengths(terms):
        lengths.update(range(terms.minimum, terms.maximum + 1, CUSTOM_STEP))
    if DAY in terms.rate_types and terms.day_rate is not None:
        lengths.add(terms.day_minutes)
    return sorted(minutes for minutes in lengths if quote(terms, minutes) is not None)


def has_custom_lengths(terms: Terms) -> bool:
    """Whether clients choose how long a session is, between the shortest and the longest length."""
    return terms.allows_custom and not terms.is_free and not terms.own_prices and not terms.listed


def price_list(terms: Terms) -> list[tuple[int, Quote]]:
    """Returns each length that can be booked with its price, shortest first."""
    return list(_price_list(terms))


@lru_cache(maxsize=1024)  # a builder who is paid by the hour has dozens of lengths on each page
def _price_list(terms: Terms) -> tuple[tuple[int, Quote], ...]:
    quotes = ((minutes, quote(terms, minutes)) for minutes in offered_minutes(terms))
    return tuple((minutes, quoted) for minutes, quoted in quotes if quoted)


def _config_lengths(terms: Terms) -> Iterable[int]:
    """Returns the lengths of the session config; none if they have no price and clients choose how long it is."""
    is_by_time_only = has_custom_lengths(terms) and FIXED not in terms.rate_types
    return () if is_by_time_only else terms.config


def _free_quote(terms: Terms, minutes: int) -> Quote | None:
    """Prices the lengths of a free session, which cost nothing."""
    lengths = terms.listed or terms.config
    if minutes not in lengths:
        return None
    nothing = Money(Decimal(0), terms.currency)
    return Quote("free", FIXED, nothing, nothing)


def _own_price_quote(terms: Terms, minutes: int) -> Quote | None:
    """Prices a length with the session type's own price."""
    return _fixed_quote("own price", terms.own_prices.get(minutes), terms)


def _config_quote(terms: Terms, minutes: int) -> Quote | None:
    """Prices a length with the builder's session config, for session types without prices of their own."""
    if terms.own_prices or (terms.listed and minutes not in terms.listed):
        return None
    return _fixed_quote("session config", terms.config.get(minutes), terms)


def _day_quote(terms: Terms, minutes: int) -> Quote | None:
    """Prices whole days, for session types without prices of their own and without a list of other lengths."""
    if terms.own_prices or (terms.listed and minutes not in terms.listed):
        return None
    days, rest = divmod(minutes, terms.day_minutes)
    if terms.day_rate is None or rest or not days:
        return None
    return Quote("day rate", DAY, _rounded_money(terms.day_rate, terms), _rounded_money(terms.day_rate * days, terms))


def _hourly_quote(terms: Terms, minutes: int) -> Quote | None:
    """Prices any length of the session type by the hour, and custom lengths if the session type lists none."""
    if terms.hourly_rate is None:
        return None
    lengths = terms.listed or _config_lengths(terms)
    if minutes not in lengths and (terms.listed or not _is_custom(terms, minutes)):
        return None
    total = _rounded_money(terms.hourly_rate * minutes / 60, terms)
    return Quote("hourly rate", HOURLY, _rounded_money(terms.hourly_rate, terms), total)


def _is_custom(terms: Terms, minutes: int) -> bool:
    is_on_step = (minutes - terms.minimum) % CUSTOM_STEP == 0
    return terms.allows_custom and terms.minimum <= minutes <= terms.maximum and is_on_step


def _fixed_quote(rule: str, price: Decimal | None, terms: Terms) -> Quote | None:
    if price is None:
        return None
    unit = _rounded_money(price, terms)
    return Quote(rule, FIXED, unit, unit)


def _rounded_money(amount: Decimal, terms: Terms) -> Money:
    return Money(rounded(amount, terms.currency), terms.currency)


def _with_package(terms: Terms, price: Quote, circumstances: Circumstances) -> Quote | None:
    """Prices a session that a credit of a package pays for: nothing is left to pay."""
    if not circumstances.with_credit or not price.total.amount:
        return None
    nothing = Money(Decimal(0), terms.currency)
    return replace(price, unit=nothing, total=nothing, discount=Discount(PACKAGE, price.total))


def _with_early_booking(terms: Terms, price: Quote, circumstances: Circumstances) -> Quote | None:
    """Prices a session that is booked early, by the tier with the most days that are met."""
    tier = next((tier for tier in terms.early if timedelta(days=tier[0]) <= circumstances.ahead), None)
    if tier is None or not price.total.amount:
        return None
    days, percent = tier
    unit, total = (_rounded_money(sum_.amount * (100 - percent) / 100, terms) for sum_ in (price.unit, price.total))
    off = Money(price.total.amount - total.amount, terms.currency)
    return replace(price, unit=unit, total=total, discount=Discount(EARLY, off, days, percent))


# In these orders.
DISCOUNT_RULES: tuple[DiscountRule, ...] = (_with_package, _with_early_booking)
RULES: tuple[tuple[str, Rule], ...] = (
    (FIXED, _own_price_quote),
    (FIXED, _config_quote),
    (DAY, _day_quote),
    (HOURLY, _hourly_quote),
)
