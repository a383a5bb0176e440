"""The pages of the reports in the admin, which the admin of ledger entries leads to."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.urls import URLPattern, path

from core import clock
from core.csv_export import csv_response
from core.errors import Refused
from payments.models import LedgerEntry
from payments.reports import queries, subscription_charts, subscriptions, tables
from payments.reports.periods import span_of, year_of


class ReportPages(admin.ModelAdmin[Any]):
    """Adds the reports to the admin of a model."""

    def get_urls(self) -> list[URLPattern]:
        view = self.admin_site.admin_view
        return [
            path("months/", view(self.months), name="payments_report_months"),
            path("sellers/", view(self.sellers), name="payments_report_sellers"),
            path("subscriptions/", view(self.subscriptions), name="payments_report_subscriptions"),
            *super().get_urls(),
        ]

    def months(self, request: HttpRequest) -> HttpResponse:
        """Shows gross, refunds, fees and net by month and currency; with `csv=yes` as a file."""
        self._check(request)
        start, end, problem = self._span(request)
        rows = tables.month_rows(queries.months(start, end))
        if request.GET.get("csv") and not problem:
            return csv_response(f"months-{start:%Y-%m}.csv", tables.MONTHS_HEADER, rows)
        context = {"header": tables.MONTHS_HEADER, "rows": rows, **self._typed(request), "problem": problem}
        return self._page(request, "Money by month", "months.html", context, is_wrong=bool(problem))

    def sellers(self, request: HttpRequest) -> HttpResponse:
        """Shows what each builder has earned in a year, by quarter; with `csv=yes` as a file."""
        self._check(request)
        today, problem = clock.now().date(), ""
        try:
            year = year_of(request.GET.get("year", ""), today)
        except Refused as refused:
            year, problem = today.year, refused.text
        rows = tables.seller_rows(queries.sellers(year))
        if request.GET.get("csv") and not problem:
            return csv_response(f"sellers-{year}.csv", tables.SELLERS_HEADER, rows)
        context = {"header": tables.SELLERS_HEADER, "rows": rows, "year": year, "problem": problem}
        return self._page(request, f"Builders in {year}", "sellers.html", context, is_wrong=bool(problem))

    def subscriptions(self, request: HttpRequest) -> HttpResponse:
        """Shows subscriptions by month, whose plans they are to, and currency; with `csv=yes` as a file."""
        self._check(request)
        start, end, problem = self._span(request)
        now = clock.now()
        figures = subscriptions.by_month(start, end, now)
        rows = tables.subscription_rows(figures)
        if request.GET.get("csv") and not problem:
            return csv_response(f"subscriptions-{start:%Y-%m}.csv", tables.SUBSCRIPTIONS_HEADER, rows)
        charts = subscription_charts.charts_of(figures, subscriptions.months_of(start, end, now)) if rows else []
        context = {
            "header": tables.SUBSCRIPTIONS_HEADER, "rows": rows, "charts": charts, **self._typed(request), "problem": problem,
        }  # fmt: skip
        return self._page(request, "Subscriptions by month", "subscriptions.html", context, is_wrong=bool(problem))

    def _span(self, request: HttpRequest) -> tuple[date, date, str]:
        """Returns the span that was asked for; this year and the problem if it is wrong."""
        today = clock.now().date()
        try:
            return (*span_of(request.GET.get("from", ""), request.GET.get("to", ""), today), "")
        except Refused as refused:
            return (*span_of("", "", today), refused.text)

    def _typed(self, request: HttpRequest) -> dict[str, str]:
        return {"first": request.GET.get("from", ""), "last": request.GET.get("to", "")}

    def _check(self, request: HttpRequest) -> None:
        if not self.has_view_permission(request):
            raise PermissionDenied

    def _page(
        self, request: HttpRequest, title: str, name: str, context: dict[str, Any], *, is_wrong: bool
    ) -> HttpResponse:
        shared = {**self.admin_site.each_context(request), "title": title, "opts": LedgerEntry._meta}
        template = f"admin/payments/ledgerentry/{name}"
        return TemplateResponse(request, template, shared | context, status=422 if is_wrong else 200)
