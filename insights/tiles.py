"""The key figures at the top of a page, each beside that of the period before."""

from __future__ import annotations

from dataclasses import dataclass

from core import charts
from core.templatetags.waymark import minutes as minutes_in_words
from insights.definitions import FIGURES
from insights.sections import percent
from insights.summary import Summary, money


@dataclass(frozen=True)
class Tile:
    """A figure in words, with what it was in the period before; empty where nothing is compared."""

    label: str
    value: str
    before: str
    definition: str


def tiles(current: Summary, previous: Summary | None) -> list[Tile]:
    now, before = _texts(current), _texts(previous) if previous else {}
    return [
        Tile(label, value, before.get((label, name), ""), FIGURES[name].definition)
        for (label, name), value in now.items()
    ]


def _texts(summary: Summary) -> dict[tuple[str, str], str]:
    """Returns the text of each figure, by its label and the figure whose definition applies."""
    notice = "–" if summary.notice_days is None else f"{summary.notice_days:.1f} days"
    answer = "–" if summary.answer_minutes is None else minutes_in_words(summary.answer_minutes)
    return {
        ("Sessions", "sessions"): charts.number(summary.sessions),
        ("Completed", "completed"): charts.number(summary.completed),
        ("Hours", "minutes"): charts.number(summary.hours),
        ("Cancelled", "cancelled"): f"{charts.number(summary.cancelled)} ({percent(summary.cancellation_rate)})",
        ("Clients did not come", "no_shows"): f"{charts.number(summary.no_shows)} ({percent(summary.no_show_rate)})",
        ("Booked of the open hours", "offered"): percent(summary.utilisation),
        ("Average value", "value"): money(summary.average_value, summary.paid),
        ("Income", "income"): money(summary.income, summary.paid),
        ("New clients", "clients"): charts.number(summary.new_clients),
        ("Returning clients", "clients"): charts.number(summary.returning_clients),
        ("Booked ahead", "notice"): notice,
        ("Time to answer", "answers"): answer,
        ("Stars", "stars"): "–" if summary.rating is None else f"{summary.rating:.2f}",
    }
