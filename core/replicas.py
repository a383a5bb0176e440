"""Reads from a streaming replica, for pages that may be some seconds old: searches, insights and the lists of the admin site.

A view says so itself, with `reads_from_replica` or `from_replica`. Everything else reads from the primary, as does each
write, and what decides something. A replica is read while it is at most `DATABASE_REPLICA_LAG` seconds behind. Whoever has
just changed something reads from the primary until any replica in use must have the change. If a replica fails while a page
is read from it, the page is read again from the primary.
"""

from __future__ import annotations

import hashlib
import logging
import random
from collections.abc import Callable
from contextvars import ContextVar
from functools import wraps
from typing import Any, TypeVar

from django.conf import settings
from django.core.cache import cache
from django.db import DatabaseError, InterfaceError, connection, connections
from django.http import HttpRequest, HttpResponse

from core.replica_lag import is_fresh, note_failure

logger = logging.getLogger(__name__)

PRIMARY = "default"
COOKIE = "changed"
READS = ("GET", "HEAD", "OPTIONS")
SECONDS_MORE = (
    5  # than the lag, for which a person reads from the primary after a change: measuring takes a second of them
)
# What decides who may do what, and what processes keep for longer than a replica may be behind.
# Apps add to this by `never_from_replica = True` in a model.
NEVER_FROM_REPLICA = frozenset({
    "sessions.session", "contenttypes.contenttype", "core.flag", "core.maintenance", "core.announcement",
    "core.signuppolicy", "core.policyversion",
})  # fmt: skip

Answer = TypeVar("Answer")
_alias: ContextVar[str] = ContextVar("replica", default=PRIMARY)


class Router:
    """Lets Django read from the replica inside of `from_replica`, and use the primary for all else."""

    def db_for_read(self, model: Any, **hints: Any) -> str:
        decides = getattr(model, "never_from_replica", False) or model._meta.label_lower in NEVER_FROM_REPLICA
        return PRIMARY if decides else alias_for_reading()

    def db_for_write(self, model: Any, **hints: Any) -> str:
        return PRIMARY

    def allow_relation(self, first: Any, second: Any, **hints: Any) -> bool:
        return True  # they are rows of the same database

    def allow_migrate(self, db: str, app_label: str, **hints: Any) -> bool:
        return db == PRIMARY


def alias_for_reading() -> str:
    """Returns the alias of the database to read from now: a replica inside of `from_replica`, unless a transaction is open."""
    alias = _alias.get()
    return PRIMARY if alias == PRIMARY or connection.in_atomic_block else alias


def read_connection() -> Any:
    """Returns the connection for statements that only read, in place of `django.db.connection`."""
    return connections[alias_for_reading()]


def from_replica(request: HttpRequest, read: Callable[[], Answer]) -> Answer:
    """Returns what `read` returns, with a replica in use if there is one that this request may read.

    After an error of the database, `read` is called again, with the primary. What it writes goes to the primary both times.
    """
    alias = _usable_replica(request)
    if alias is None:
        return read()
    token = _alias.set(alias)
    try:
        return read()
    except (DatabaseError, InterfaceError) as error:
        note_failure(alias, error)
        logger.warning("%s failed, the primary is read instead: %s", alias, error)
    finally:
        _alias.reset(token)
    return read()


def reads_from_replica(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """Makes a view read from a replica, except for requests that may change something."""

    @wraps(view)
    def read_view(request: HttpRequest, *args: Any, **options: Any) -> HttpResponse:
        if request.method not in READS:
            return view(request, *args, **options)
        return from_replica(request, lambda: view(request, *args, **options))

    return read_view


def own_changes(get_response: Callable[[HttpRequest], HttpResponse]) -> Callable[[HttpRequest], HttpResponse]:
    """Middleware: notes who may have changed something, in a cookie; of bearer tokens, which have none, in the cache."""

    def middleware(request: HttpRequest) -> HttpResponse:
        response = get_response(request)
        if request.method not in READS:
            seconds = settings.DATABASE_REPLICA_LAG + SECONDS_MORE
            if key := _token_key(request):
                cache.set(key, 1, seconds)
            else:
                response.set_cookie(COOKIE, "1", max_age=seconds, httponly=True, samesite="Lax", secure=settings.HTTPS)
        return response

    return middleware


def _usable_replica(request: HttpRequest) -> str | None:
    """Returns the alias of a replica that this request may read, or None. Loads the person first, from the primary."""
    if not settings.DATABASE_REPLICAS or connection.in_atomic_block or _has_just_changed_something(request):
        return None
    if (person := getattr(request, "user", None)) is not None:
        bool(person.is_authenticated)
    candidates = random.sample(settings.DATABASE_REPLICAS, len(settings.DATABASE_REPLICAS))
    return next((alias for alias in candidates if is_fresh(alias)), None)


def _has_just_changed_something(request: HttpRequest) -> bool:
    if COOKIE in request.COOKIES:
        return True
    key = _token_key(request)
    return key is not None and cache.get(key) is not None


def _token_key(request: HttpRequest) -> str | None:
    token = request.headers.get("Authorization", "")
    return f"changed:{hashlib.sha256(token.encode()).hexdigest()}" if token else None
