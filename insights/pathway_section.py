"""The section of the pages about pathways."""

from __future__ import annotations

from collections.abc import Sequence

from core import charts
from core.charts import ChartSeries, Labels, Table
from insights.pathway_figures import DEFINITIONS, FEWEST, Cohort, PathwayTotals
from insights.sections import InsightSection, percent, plural


def pathways_section(rows: Sequence[PathwayTotals], months: Sequence[Cohort]) -> InsightSection:
    """Returns the section of the pathways: their figures, clients beginning and completing, and cohorts by month."""
    stuck = sum(row.stuck for row in rows)
    finding = "Nobody is on a pathway."
    if rows:
        on_them = sum(row.active + row.stuck for row in rows)
        finding = f"{plural(on_them, 'client is', 'clients are')} on a pathway, {charts.number(stuck)} without a step for two weeks."
    figures = Table(
        ("Pathway", "Enrolled", "Active", "Stuck", "Completed", "Days to complete", "Success"),
        [
            (
                row.name, str(row.enrolled), str(row.active), str(row.stuck), str(row.completed),
                "–" if row.median_days is None else str(row.median_days), percent(row.success_rate),
            )
            for row in rows
        ],
    )  # fmt: skip
    series = [ChartSeries("active", [row.active for row in rows]), ChartSeries("stuck", [row.stuck for row in rows])]
    labels = Labels("Pathway", [row.name for row in rows])
    chart = charts.columns("pathways", finding, labels=labels, series=series)
    cohorts = Table(("Began in", "Clients", "Completed", "Share", "Note"), [_cohort_row(cohort) for cohort in months])
    tables = ([("By pathway", figures)] if rows else []) + ([("Cohorts by month", cohorts)] if months else [])
    return InsightSection("pathways", "Pathways", finding, list(DEFINITIONS.values()), [chart], figures, tables)


def _cohort_row(cohort: Cohort) -> tuple[str, ...]:
    month = f"{cohort.month:%B %Y}"
    if cohort.is_hidden:
        return month, f"fewer than {FEWEST}", "–", "–", "hidden"
    share = percent(cohort.completed / cohort.size)
    return month, str(cohort.size), str(cohort.completed), share, "too early to compare" if cohort.is_young else ""
