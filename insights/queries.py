"""What the pages of insights show, with the number of queries that each costs."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from zoneinfo import ZoneInfo

from accounts.models import User
from coaching.models import Service, SessionType
from insights.advice import Advice, advice_for
from insights.definitions import FIGURES
from insights.figures import Comparison, read
from insights.open_hours import OpenStretch, empty_hours, stretches_of
from insights.operators import operator_sections
from insights.pathway_figures import cohorts, pathway_totals
from insights.pathway_section import pathways_section
from insights.periods import Period
from insights.scopes import InsightScope
from insights.sections import InsightSection, common_sections, demand_section, most_tried
from insights.summary import summary_of
from insights.tiles import Tile, tiles
from pathways.models import Pathway

ON_PAGES = FIGURES.keys() - {"by_pathway"}  # which only the API has
SHORTEST = 28  # days of a period from which on an hour that nobody booked says something


@dataclass(frozen=True)
class Report:
    """A whole page of figures. Only builders get advice."""

    period: Period
    previous: Period | None
    tiles: list[Tile]
    sections: list[InsightSection]
    advice: Advice | None = None

    def section(self, name: str) -> InsightSection | None:
        return next((section for section in self.sections if section.name == name), None)


def session_types_of(builder: User) -> list[tuple[str, str]]:
    """Returns the id and the title of each session type of the builder, also of former ones. One query."""
    rows = SessionType.objects.filter(builder=builder).order_by("-is_active", "title", "pk").values_list("pk", "title")
    return [(str(pk), title) for pk, title in rows]


def pathways_known() -> list[tuple[str, str]]:
    """Returns the slug and the name of each pathway. One query."""
    return list(Pathway.objects.order_by("order", "slug").values_list("slug", "name"))


def services_known() -> dict[str, str]:
    """Returns the names of all services by their slug. One query."""
    return dict(Service.objects.values_list("slug", "name"))


def builder_report(
    scope: InsightScope, period: Period, now: datetime, sessions: Sequence[tuple[str, str]], *, compares: bool
) -> Report:
    """Returns the page of a builder. Five queries."""
    comparison = read(scope, period, compares=compares, names=ON_PAGES)
    summary = summary_of(comparison.current)
    stretches = _unbooked(scope, period) if scope.builder and scope.session_type is None else []
    sections = [
        *common_sections(comparison, dict(sessions)),
        demand_section(comparison.current, services_known(), stretches),
        _pathways(scope, period, now),
    ]
    advice = advice_for(comparison.current, summary, stretches)
    return replace(_report(comparison, sections), advice=advice)


def platform_report(scope: InsightScope, period: Period, now: datetime, *, compares: bool) -> Report:
    """Returns the page of the whole place, with the sections that only operators have. Twelve queries."""
    comparison, services = read(scope, period, compares=compares, names=ON_PAGES), services_known()
    sections = [
        *common_sections(comparison, _titles(comparison)),
        demand_section(comparison.current, services, []),
        _pathways(scope, period, now),
        *operator_sections(comparison.current, services, now),
    ]
    return _report(comparison, sections)


def _report(comparison: Comparison, sections: list[InsightSection]) -> Report:
    previous = comparison.previous
    shown = tiles(summary_of(comparison.current), summary_of(previous) if previous else None)
    return Report(comparison.current.period, previous.period if previous else None, shown, sections)


def _pathways(scope: InsightScope, period: Period, now: datetime) -> InsightSection:
    today = now.astimezone(ZoneInfo(scope.zone)).date()
    return pathways_section(pathway_totals(scope, period, now), cohorts(scope, today, now))


def _unbooked(scope: InsightScope, period: Period) -> list[OpenStretch]:
    """Returns the open hours without a session, for a period that is long enough. One query, or none."""
    return stretches_of(empty_hours(scope, period)) if period.days >= SHORTEST else []


def _titles(comparison: Comparison) -> dict[str, str]:
    """Returns the titles of the session types that people tried most to book, with the builder's name. One query."""
    rows = SessionType.objects.filter(pk__in=most_tried(comparison.current)).values_list(
        "pk", "title", "builder__display_name"
    )
    return {str(pk): f"{title} ({name})" for pk, title, name in rows}
