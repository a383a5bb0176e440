"""Tags that show the prices of a session type."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal
from functools import lru_cache
from typing import Any

from django import template

from coaching.models import SessionType
from coaching.quotes import CUSTOM_STEP, DAY, FIXED, Circumstances, Quote, Terms, has_custom_lengths, price_list, quote
from core.templatetags.waymark import minutes as minutes_in_words
from core.templatetags.waymark import money

register = template.Library()
MOST_LINES = 6  # more lengths are shown as a range
LONG_RANGE = 6 * 60  # minutes; the slider goes through a longer range in whole hours


@register.inclusion_tag("coaching/_prices.html")
def prices(lines: list[tuple[int, Quote]]) -> dict[str, Any]:
    """Shows each length with its price; many lengths as a range, with the hourly and the day rate."""
    units = {price.rate_type: price for _, price in lines if price.rate_type != FIXED}
    return {"lines": lines, "is_range": len(lines) > MOST_LINES, "units": units.values(), "by_day": DAY}


@register.inclusion_tag("coaching/_early_prices.html")
def early_prices(terms: Terms, minutes: int) -> dict[str, Any]:
    """Shows what a session of this length costs if it is booked so many days ahead."""
    tiers = [
        price
        for days, _ in reversed(terms.early)
        if (price := quote(terms, minutes, circumstances=Circumstances(timedelta(days=days)))) and price.discount
    ]
    return {"prices": tiers}


@dataclass(frozen=True)
class LengthChoice:
    """The numbers of the field and the slider in which a client chooses how many hours a session has."""

    shortest: str
    longest: str
    chosen: str
    step: str
    slider_step: str
    prices: str  # JSON: what each number of minutes costs, in words, for the script


@register.simple_tag
def length_choice(session_type: SessionType, terms: Terms) -> LengthChoice | None:
    """Returns the choice of a length in hours; None where clients choose from a list."""
    return _length_choice(session_type.default_minutes, terms)


@lru_cache(maxsize=1024)
def _length_choice(usual: int, terms: Terms) -> LengthChoice | None:
    if not has_custom_lengths(terms):
        return None
    lines = [line for line in price_list(terms) if terms.minimum <= line[0] <= terms.maximum]
    if len(lines) <= MOST_LINES:
        return None
    first, last = lines[0][0], lines[-1][0]
    is_whole = not first % 60 and last - first >= LONG_RANGE
    step = _hours(CUSTOM_STEP)
    return LengthChoice(
        shortest=_hours(first),
        longest=_hours(last),
        chosen=_hours(usual if first <= usual <= last else first),
        step=step,
        slider_step="1" if is_whole else step,
        prices=json.dumps({minutes: f"{minutes_in_words(minutes)}, {money(price.total)}" for minutes, price in lines}),
    )


def _hours(minutes: int) -> str:
    """Returns the hours as number fields have them: `1`, `1.5` or `0.25`."""
    return f"{(Decimal(minutes) / 60).normalize():f}"
