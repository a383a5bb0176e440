"""The span of a report: whole months, by default this year so far."""

from __future__ import annotations

import re
from datetime import date

from core.errors import Refusal, Refused

MONTH = re.compile(r"(20\d\d)-(0[1-9]|1[0-2])")
WRONG = "Send a month such as 2026-05."
MOST_MONTHS = 60


def span_of(first: str, last: str, today: date) -> tuple[date, date]:
    """Returns the first day of the first month and the day after the last month. Refuses what is no month."""
    start = _month("from", first) or date(today.year, 1, 1)
    end = _after(_month("to", last) or date(today.year, today.month, 1))
    if not start < end or (end.year - start.year) * 12 + end.month - start.month > MOST_MONTHS:
        sentence = f"Choose 1 to {MOST_MONTHS} months, the first one before the last."
        raise Refused(Refusal.INVALID, fields={"to": [sentence]})
    return start, end


def _month(name: str, text: str) -> date | None:
    if not text:
        return None
    match = MONTH.fullmatch(text)
    if match is None:
        raise Refused(Refusal.INVALID, fields={name: [WRONG]})
    return date(int(match[1]), int(match[2]), 1)


def _after(month: date) -> date:
    return date(month.year + month.month // 12, month.month % 12 + 1, 1)


def year_of(text: str, today: date) -> int:
    """Returns the year of a seller report, by default this one. Refuses what is none."""
    if not text:
        return today.year
    if re.fullmatch(r"20\d\d", text) is None:
        raise Refused(Refusal.INVALID, fields={"year": ["Send a year such as 2026."]})
    return int(text)
