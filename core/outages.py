"""What errors of the database are answered with: an outage, and errors for which an app registers a refusal.

A disk without room for a file is answered like an outage.
"""

from __future__ import annotations

import errno
import logging

from django.db import InterfaceError, OperationalError

from core.errors import BaseRefusal, Refusal, Refused

# SQLSTATE prefixes: connection exceptions, shutting down or starting up, too many connections.
OUTAGE_STATES = ("08", "57P", "53300")
FULL = (errno.ENOSPC, errno.EDQUOT)
logger = logging.getLogger(__name__)
_refusals: dict[str, BaseRefusal] = {}


def register_database_refusal(state: str, refusal: BaseRefusal) -> None:
    """Registers what a statement that fails with this SQLSTATE is answered with, wherever it is run."""
    _refusals[state] = refusal


def refusal_of_database(error: BaseException | None) -> Refused | None:
    """Returns the refusal for an error of the database, or of a full disk, that is no fault of ours; None for any other."""
    if isinstance(error, OSError) and error.errno in FULL:
        logger.error("there is no space left for files", exc_info=error)
        return Refused(Refusal.UNAVAILABLE, retry_after=60)
    if is_outage(error):
        return Refused(Refusal.UNAVAILABLE, retry_after=5)
    refusal = _refusals.get(state_of(error) or "")
    return Refused(refusal, retry_after=1) if refusal is not None else None


def is_outage(error: BaseException | None) -> bool:
    """Whether PostgreSQL cannot be reached, as opposed to a lock that took too long or a deadlock."""
    if isinstance(error, InterfaceError):
        return True
    if not isinstance(error, OperationalError):
        return False
    state = state_of(error)
    return state is None or state.startswith(OUTAGE_STATES)


def state_of(error: BaseException | None) -> str | None:
    """Returns the SQLSTATE of an error of the database, if it has one."""
    state: str | None = getattr(error.__cause__, "sqlstate", None) if error is not None else None
    return state
