"""Finds the owner and the scopes of a bearer token for the API. The app that has the tokens registers how."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest


@dataclass(frozen=True)
class Bearer:
    """The person that a token belongs to, and the scopes of the token."""

    person: Any
    scopes: frozenset[str]


BearerLookup = Callable[[str], Bearer | None]
_lookups: list[BearerLookup] = []


def register_bearers(lookup: BearerLookup) -> None:
    """Registers the function that finds the owner of a token."""
    _lookups.append(lookup)


def secret_of(request: HttpRequest) -> str | None:
    """Returns the token that the request was sent with; None for a request without one."""
    scheme, _, secret = request.headers.get("Authorization", "").strip().partition(" ")
    return secret.strip() if scheme.lower() == "bearer" else None


def bearer_of(secret: str) -> Bearer | None:
    """Returns the owner of the token; None if it does not work."""
    return next((bearer for lookup in _lookups if (bearer := lookup(secret))), None)
