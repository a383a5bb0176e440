"""Adds up the figures of a scope in a period and in the period before. One query, and one more for the whole place."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from decimal import Decimal

from core.replicas import read_connection
from insights.definitions import COMPARED, FIGURES, OPERATORS_ONLY
from insights.models import DailyFigureRun
from insights.own_sums import OWN, PARTS, parts_of
from insights.periods import Period
from insights.scopes import InsightScope

ZERO = Decimal(0)
# The figures that are shown over time; all others are added up for the whole period only.
OVER_TIME = frozenset({"completed", "cancelled", "no_shows", "booked", "offered", "income", "stars"})
DAILY = """SELECT f.name, f.day::timestamp AT TIME ZONE 'UTC' AS at, f.key, f.amount FROM insights_dailyfigure f
    WHERE {pathway} AND f.kind = %(kind)s AND f.name = ANY(%(names)s)
        AND f.day >= %(first_day)s AND f.day < %(last_day)s AND (f.name = ANY(%(compared)s) OR f.day >= %(current_day)s)"""
# The sums of one figure, or of several where `{name}` is a column.
SUMS = """
SELECT {name} AS name, at >= %(split)s AS is_current, {step} AS step, key, sum(amount) AS amount FROM ({facts}) AS facts
WHERE at >= %(split)s OR at < %(previous_end)s GROUP BY 1, 2, 3, 4
"""
# Days of the period before count at the days of the period beside which they are shown.
STEP = "date_trunc(%(step)s, (at AT TIME ZONE %(zone)s) + CASE WHEN at < %(split)s THEN %(apart)s ELSE interval '0' END)::date"
STEP_OF_SOME = f"CASE WHEN name = ANY(%(over_time)s) THEN {STEP} END"


@dataclass
class Totals:
    """The sums of one period, by figure and key, and those of figures over time by the first day of their step. Those of a
    period before are by the steps of the period that it is shown beside."""

    period: Period
    sums: dict[str, dict[str, Decimal]] = field(default_factory=dict)
    steps: dict[str, dict[tuple[date, str], Decimal]] = field(default_factory=dict)

    def add(self, name: str, step: date | None, key: str, amount: Decimal) -> None:
        keys = self.sums.setdefault(name, {})
        keys[key] = keys.get(key, ZERO) + amount
        if step is not None:
            steps = self.steps.setdefault(name, {})
            steps[step, key] = steps.get((step, key), ZERO) + amount

    def of(self, name: str) -> dict[str, Decimal]:
        """Returns the sums of a figure by key."""
        return self.sums.get(name, {})

    def total(self, name: str) -> Decimal:
        return sum(self.of(name).values(), ZERO)

    def over_time(self, name: str, key: str | None = None, *, beside: Period | None = None) -> list[Decimal]:
        """Returns the sums of a figure for each step of the period, or of the one `beside` it; of one key or of all."""
        values: dict[date, Decimal] = {}
        for (step, own), amount in self.steps.get(name, {}).items():
            if key is None or own == key:
                values[step] = values.get(step, ZERO) + amount
        return [values.get(step, ZERO) for step in (beside or self.period).steps]

    @property
    def clients(self) -> int:
        """How many different clients completed a session: each session counts whose client completed none before it in
        the period."""
        first = self.period.first.isoformat()
        return int(sum((amount for before, amount in self.of("clients").items() if before < first), ZERO))

    @property
    def new_clients(self) -> int:
        return int(self.of("clients").get("", ZERO))


@dataclass(frozen=True)
class Comparison:
    """The totals of a period, and those of the period before where they are asked for."""

    current: Totals
    previous: Totals | None

    def before(self, name: str, key: str | None = None) -> list[Decimal] | None:
        """Returns what the period before has where `current.over_time` has that of the period; None if none is compared."""
        return self.previous.over_time(name, key, beside=self.current.period) if self.previous else None


def read(scope: InsightScope, period: Period, *, compares: bool = True, names: Iterable[str] = FIGURES) -> Comparison:
    """Returns the totals of these figures; the period before has only those that are compared. Of the whole place, days
    that are over come from the sums of each night."""
    first = period.previous if compares else period
    wanted = [name for name in names if scope.is_platform or name not in OPERATORS_ONLY]
    span = (first.start_at, period.end_at)
    parts, more = [], {}
    if scope.has_daily_sums:
        until = _daily_until()
        if until is not None and until > first.first:
            daily = DAILY.replace(
                "{pathway}", "f.pathway_id = %(pathway)s" if scope.pathway else "f.pathway_id IS NULL"
            )
            parts.append(_sums("name", STEP_OF_SOME, daily))
            more = {
                "names": wanted, "first_day": first.first, "last_day": min(until, period.end), "current_day": period.first,
                "compared": list(COMPARED),
            }  # fmt: skip
            span = (max(span[0], datetime(until.year, until.month, until.day, tzinfo=UTC)), span[1])
    grouped = [] if scope.is_platform else [name for name in wanted if name in PARTS]
    if span[0] < span[1]:
        parts += [scope.narrowed(part) for part in parts_of(grouped)]
        parts += [_sums_of(name, scope) for name in wanted if name not in grouped]
    parameters = scope.parameters(*span) | more | {
        "current_start": max(span[0], period.start_at), "over_time": list(OVER_TIME), "step": period.step,
        "split": period.start_at, "previous_end": first.end_at, "apart": period.first - first.first,
    }  # fmt: skip
    current, previous = Totals(period), Totals(first)
    with read_connection().cursor() as cursor:
        cursor.execute((scope.narrowed(OWN) if grouped else "") + " UNION ALL ".join(parts), parameters)
        for name, is_current, step, key, amount in cursor.fetchall():
            (current if is_current else previous).add(name, step, key, amount)
    return Comparison(current, previous if compares else None)


def _sums_of(name: str, scope: InsightScope) -> str:
    """Returns the statement that adds up the facts of a figure, those of the period before only if they are compared."""
    facts = scope.facts(FIGURES[name])
    if name not in COMPARED:
        facts = facts.replace("%(start)s", "%(current_start)s")
    return _sums(f"'{name}'", STEP if name in OVER_TIME else "NULL::date", facts)


def _sums(name: str, step: str, facts: str) -> str:
    return SUMS.replace("{name}", name).replace("{step}", step).replace("{facts}", facts)


def _daily_until() -> date | None:
    """Returns the first day that is not in the daily sums, or None if there are none. One query."""
    return DailyFigureRun.objects.values_list("until", flat=True).first()
