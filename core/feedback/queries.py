"""What people said, for the report of staff."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.db.models import Count, Q, QuerySet
from django.db.models.functions import TruncWeek
from django.utils import timezone

from core import charts
from core.charts import Chart, ChartSeries, Labels
from core.dates import monday_of
from core.feedback.models import Feedback

WEEKS = 12


@dataclass(frozen=True)
class FeedbackReport:
    """How many found it easy in the last weeks, and the chart by week."""

    easy: int
    not_easy: int
    with_words: int
    chart: Chart

    @property
    def share(self) -> int | None:
        """The percentage of those who answered that found it easy; None without answers."""
        answers = self.easy + self.not_easy
        return round(self.easy * 100 / answers) if answers else None


def report(now: datetime) -> FeedbackReport:
    """Returns the figures of the last twelve weeks. One query."""
    today = timezone.localdate(now)  # weeks begin in the zone of the reader, as those of the database do
    weeks = [monday_of(today) - timedelta(weeks=back) for back in reversed(range(WEEKS))]
    counts: dict[date, Mapping[str, Any]] = {}
    rows = Feedback.objects.filter(created_at__date__gte=weeks[0]).annotate(week=TruncWeek("created_at")).order_by()
    for row in rows.values("week").annotate(
        easy=Count("pk", filter=Q(was_easy=True)),
        not_easy=Count("pk", filter=Q(was_easy=False)),
        words=Count("pk", filter=~Q(text="")),
    ):
        counts[row["week"].date()] = row
    easy, not_easy, words = (_series(counts, weeks, name) for name in ("easy", "not_easy", "words"))
    finding = f"{sum(easy)} of {sum(easy) + sum(not_easy)} answers in the last twelve weeks say that it was easy."
    chart = charts.columns(
        "feedback",
        finding,
        labels=Labels("Week of", [f"{week:%-d %b}" for week in weeks], [f"{week:%-d %B %Y}" for week in weeks]),
        series=[ChartSeries("easy", easy), ChartSeries("not easy", not_easy)],
    )
    return FeedbackReport(sum(easy), sum(not_easy), sum(words), chart)


def _series(counts: Mapping[date, Mapping[str, Any]], weeks: Sequence[date], name: str) -> list[int]:
    return [counts.get(week, {}).get(name, 0) for week in weeks]


def all_feedback(*, with_words: bool) -> QuerySet[Feedback]:
    """Returns what people said, with who it was; only rows with words if asked for."""
    rows = Feedback.objects.select_related("person")
    return rows.exclude(text="") if with_words else rows
