"""The pages of insights, of a builder and of the whole place, and the CSV file of each section."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from zoneinfo import ZoneInfo

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from accounts.access import SignedInRequest
from accounts.roles import STAFF, Role
from core import clock
from core.access import role_required
from core.csv_export import csv_response
from core.errors import Refused
from core.forms import add_refusal
from core.ids import parse_uuid
from core.replicas import reads_from_replica
from insights.forms import PeriodForm
from insights.kinds import session_kinds
from insights.periods import Period, period_of
from insights.queries import Report, builder_report, pathways_known, platform_report, session_types_of
from insights.scopes import InsightScope
from pathways.models import Pathway

OWN, PLATFORM = "insights:insights", "insights:platform"


@role_required(Role.BUILDER)
@require_safe
@reads_from_replica
def insights(request: SignedInRequest) -> HttpResponse:
    """Shows the figures of the signed-in builder."""
    form, report = _own(request)
    return _page(request, form, report, OWN)


@role_required(Role.BUILDER)
@require_safe
@reads_from_replica
def table(request: SignedInRequest, name: str) -> HttpResponse:
    """Returns the table of one section as a CSV file."""
    return _csv(_own(request)[1], name)


@role_required(*STAFF)
@require_safe
@reads_from_replica
def platform(request: SignedInRequest) -> HttpResponse:
    """Shows the figures of the whole place to staff."""
    form, report = _whole(request)
    return _page(request, form, report, PLATFORM)


@role_required(*STAFF)
@require_safe
@reads_from_replica
def platform_table(request: SignedInRequest, name: str) -> HttpResponse:
    """Returns the table of one section of the whole place as a CSV file."""
    return _csv(_whole(request)[1], name)


def _own(request: SignedInRequest) -> tuple[PeriodForm, Report]:
    now, zone = clock.now(), request.user.timezone
    sessions = session_types_of(request.user)
    form, period = _form(request, zone, sessions=sessions)
    scope = InsightScope(zone, request.user.pk, parse_uuid(form.value("session")))
    return form, builder_report(scope, period, now, sessions, compares=form.value("compare") != "none")


def _whole(request: HttpRequest) -> tuple[PeriodForm, Report]:
    """Days are those of UTC, in which the sums of the whole place are kept."""
    now, zone = clock.now(), "UTC"
    form, period = _form(request, zone, pathways=pathways_known(), kinds=session_kinds())
    pathway = Pathway.objects.filter(slug=form.value("pathway")).first() if form.value("pathway") else None
    scope = InsightScope(zone, pathway=pathway.pk if pathway else None, kind=form.value("kind"))
    return form, platform_report(scope, period, now, compares=form.value("compare") != "none")


def _form(
    request: HttpRequest,
    zone: str,
    *,
    sessions: Sequence[tuple[str, str]] = (),
    pathways: Sequence[tuple[str, str]] = (),
    kinds: Sequence[tuple[str, str]] = (),
) -> tuple[PeriodForm, Period]:
    """Returns the form with what was chosen, and the period; the default one where the choice is refused."""
    form = PeriodForm(request.GET or {"period": "28"}, sessions=sessions, pathways=pathways, kinds=kinds)
    form.is_valid()
    today = clock.now().astimezone(ZoneInfo(zone)).date()
    try:
        return form, form.chosen_period(today, zone)
    except Refused as refused:
        add_refusal(form, refused)
        return form, period_of("", today, zone)


def _page(request: HttpRequest, form: PeriodForm, report: Report, page: str) -> HttpResponse:
    context: dict[str, Any] = {"form": form, "report": report, "here": page, "is_platform": page == PLATFORM}
    return render(request, "insights/insights.html", context, status=422 if form.errors else 200)


def _csv(report: Report, name: str) -> HttpResponse:
    section = report.section(name)
    if section is None:
        raise Http404
    return csv_response(f"{name}-{report.period.first}-{report.period.last}.csv", section.file.head, section.file.rows)
