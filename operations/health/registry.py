"""The health of the services that Waymark needs: a verdict for each, in one sentence, and what to do.

One registry, from which the front page, `/operations/health/`, the alarms and `manage.py doctor` read.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from django.db import DatabaseError

logger = logging.getLogger(__name__)


class Verdict(StrEnum):
    GOOD = "good"
    LOOK = "look"
    BAD = "bad"


ORDER = (Verdict.BAD, Verdict.LOOK, Verdict.GOOD)


@dataclass(frozen=True)
class HealthFinding:
    """What a check found: the verdict, one sentence, and what to do where it is not good."""

    verdict: Verdict
    sentence: str
    advice: str = ""


@dataclass(frozen=True)
class HealthLine:
    """One line of the page: which part of Waymark it is about, and what was found. `is_read` is false if the check itself
    failed."""

    name: str
    label: str
    finding: HealthFinding
    is_read: bool = True

    @property
    def verdict(self) -> Verdict:
        return self.finding.verdict


@dataclass(frozen=True)
class HealthCheck:
    """Reads the health of one part, which may have several lines, such as one for each queue."""

    name: str
    label: str
    read: Callable[[datetime], Sequence[HealthLine]]


_checks: dict[str, HealthCheck] = {}


def register_health(name: str, label: str, read: Callable[[datetime], HealthFinding]) -> None:
    """Registers a check with one line. `read(now)` takes at most one query and calls no outside service."""

    def read_line(now: datetime) -> Sequence[HealthLine]:
        return [HealthLine(name, label, read(now))]

    _checks[name] = HealthCheck(name, label, read_line)


def register_health_lines(name: str, label: str, read: Callable[[datetime], Sequence[HealthLine]]) -> None:
    """Registers a check with any number of lines, such as one for each queue."""
    _checks[name] = HealthCheck(name, label, read)


def read_health(now: datetime) -> list[HealthLine]:
    """Returns the lines of all checks, the bad ones first. A check that fails is a bad line of its own."""
    lines = [line for check in _checks.values() for line in _read(check, now)]
    return sorted(lines, key=lambda line: ORDER.index(line.verdict))


def worst(lines: Sequence[HealthLine]) -> Verdict:
    """Returns the worst verdict of these lines."""
    return min((line.verdict for line in lines), key=ORDER.index, default=Verdict.GOOD)


def _read(check: HealthCheck, now: datetime) -> Sequence[HealthLine]:
    try:
        return check.read(now)
    except DatabaseError as error:
        return [_unread(check, f"PostgreSQL did not answer: {type(error).__name__}.")]
    except Exception as error:  # a check must not take the page with it
        logger.exception("health: %s could not be read", check.name)
        return [_unread(check, f"It could not be read: {type(error).__name__}.")]


def _unread(check: HealthCheck, sentence: str) -> HealthLine:
    advice = "Look for the error in the logs of this process."
    return HealthLine(check.name, check.label, HealthFinding(Verdict.BAD, sentence, advice), is_read=False)
