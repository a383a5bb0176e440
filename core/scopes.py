"""The three scopes of API tokens, each of which includes the ones before it."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any, TypeVar

from django.db import models

Operation = TypeVar("Operation", bound=Callable[..., Any])
SAFE = frozenset({"GET", "HEAD", "OPTIONS"})


class Scope(models.TextChoices):
    """The scopes from the narrowest to the widest; each includes those above it here."""

    READ = "read", "Read"
    BOOK = "book", "Read and book"
    MANAGE = "manage", "Everything you may do"

    @property
    def included(self) -> list[Scope]:
        """This scope and every narrower one."""
        scopes = list(Scope)
        return scopes[: scopes.index(self) + 1]


def widest(scopes: Iterable[str]) -> Scope:
    """Returns the widest of `scopes`. Raises ValueError if there are none or unknown ones."""
    order = list(Scope)
    return max((Scope(scope) for scope in scopes), key=order.index)


def with_included(scopes: Iterable[str]) -> list[Scope]:
    """Returns all scopes that `scopes` include, from the narrowest."""
    return widest(scopes).included


def is_allowed(scopes: Iterable[str], needed: Scope) -> bool:
    """Whether a token with these scopes may call an operation that needs `needed`."""
    return needed in with_included(scopes)


def needs(scope: Scope) -> Callable[[Operation], Operation]:
    """Declares the scope that an operation of the API needs, where the default for its method does not fit.

    Goes below the router's decorator: `@router.post(…)`, then `@needs(Scope.BOOK)`.
    """

    def declare(operation: Operation) -> Operation:
        setattr(operation, "needed_scope", scope)  # noqa: B010  (the type of functions has no such attribute)
        return operation

    return declare


def needed_by(operation: Callable[..., Any], methods: Iterable[str]) -> Scope:
    """Returns the scope that the operation declares, or else the default for its methods."""
    declared: Scope | None = getattr(operation, "needed_scope", None)
    return declared or default_for(methods)


def default_for(methods: Iterable[str]) -> Scope:
    """Returns `read` for safe methods and `manage` for others, so that an operation without a declaration is restricted."""
    return Scope.READ if set(methods) <= SAFE else Scope.MANAGE
