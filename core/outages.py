"""Tells a database that cannot be reached from a statement that failed."""

from __future__ import annotations

from django.db import InterfaceError, OperationalError

# SQLSTATE prefixes: connection exceptions, shutting down or starting up, too many connections.
OUTAGE_STATES = ("08", "57P", "53300")


def is_outage(error: BaseException | None) -> bool:
    """Whether PostgreSQL cannot be reached, as opposed to a lock that took too long or a deadlock."""
    if isinstance(error, InterfaceError):
        return True
    if not isinstance(error, OperationalError):
        return False
    state = getattr(error.__cause__, "sqlstate", None)
    return state is None or state.startswith(OUTAGE_STATES)
