"""The currency that a builder's new plans begin with. The app that has their prices registers how to find it."""

from __future__ import annotations

from collections.abc import Callable

from accounts.models import User
from payments.stripe.amounts import is_offered

FindCurrency = Callable[[User], str | None]
_finders: list[FindCurrency] = []


def register_currency(find: FindCurrency) -> None:
    """Registers `find(builder)`, which returns the currency of their prices, or None if they have none yet."""
    _finders.append(find)


def currency_of(builder: User) -> str | None:
    """Returns the currency of the builder's prices, if plans can have it."""
    return next((code for find in _finders if (code := find(builder)) and is_offered(code)), None)
