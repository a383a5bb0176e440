"""What an API token lets a program do: three scopes, each of which includes the ones before it."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any, TypeVar

from django.db import models

Operation = TypeVar("Operation", bound=Callable[..., Any])
SAFE = frozenset({"GET", "HEAD", "OPTIONS"})


class Scope(models.TextChoices):
    """From the narrowest to the widest; the order is the rule."""

    READ = "read", "Read"
    BOOK = "book", "Read and book"
    MANAGE = "manage", "Everything you may do"

    @property
    def included(self) -> list[Scope]:
        """This scope and every narrower one."""
        scopes = list(Scope)
        return scopes[: scopes.index(self) + 1]


def widest(scopes: Iterable[str]) -> Scope:
    """The scope that includes all of `scopes`. Raises ValueError for none and for unknown ones."""
    order = list(Scope)
    return max((Scope(scope) for scope in scopes), key=order.index)


def with_included(scopes: Iterable[str]) -> list[Scope]:
    """`scopes` with everything that they include, from the narrowest."""
    return widest(scopes).included


def is_allowed(scopes: Iterable[str], needed: Scope) -> bool:
    """Whether a token with these scopes may do what needs `needed`."""
    return needed in with_included(scopes)


def needs(scope: Scope) -> Callable[[Operation], Operation]:
    """Declares the scope that an operation of the API needs, where the default for its method does not fit.

    Goes below the router's decorator: `@router.post(…)`, then `@needs(Scope.BOOK)`.
    """

    def declare(operation: Operation) -> Operation:
        setattr(operation, "needed_scope", scope)  # noqa: B010  (functions have no such attribute, as far as types know)
        return operation

    return declare


def needed_by(operation: Callable[..., Any], methods: Iterable[str]) -> Scope:
    """What the operation declares, or else the default for its methods."""
    declared: Scope | None = getattr(operation, "needed_scope", None)
    return declared or default_for(methods)


def default_for(methods: Iterable[str]) -> Scope:
    """Reading needs `read`, and everything else `manage`: what is forgotten is closed."""
    return Scope.READ if set(methods) <= SAFE else Scope.MANAGE
