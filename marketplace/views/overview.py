"""The builder's dashboard: requests, the next session, the week, and the figures."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from functools import cache, partial
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from django.db.models import QuerySet
from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_safe

from accounts.access import SignedInRequest, prepares
from accounts.models import BuilderProfile, User
from accounts.roles import Role
from bookings import calendar_week
from bookings.clients.queries import MOST_STUCK, stuck_clients
from bookings.dashboard_summary import dashboard_summary
from bookings.guests.unconfirmed_bookings import notice_for
from bookings.meetings.rules import seconds_to_join
from bookings.pathway_figures import bookings_by_pathway, total_of
from bookings.times import When
from core import clock, flags
from core.attention import attention_for
from core.compiled import CompiledQuery
from core.dates import parse_date
from core.htmx import render_page
from marketplace.first_steps import checklist_of
from marketplace.hours_chart import draw_hours_chart
from payments.flags import PAYMENTS
from payments.queries import received_by
from scheduling.outside.queries import clashes

MAX_DISTANCE = timedelta(days=730)  # how far from today a week can be shown


@prepares
@require_safe
def dashboard(request: SignedInRequest) -> HttpResponse:
    """Shows the dashboard; applicants, who have no bookings yet, are led to their first steps."""
    if Role.BUILDER not in request.user.roles:
        return redirect("marketplace:first_steps")
    profile, now = own_profile(request), clock.now()
    zone = ZoneInfo(request.user.timezone)
    has_payments = flags.is_on(request, PAYMENTS)
    summary = dashboard_summary(request.user, now, has_payments=has_payments)
    today = now.astimezone(zone).date()
    month, last_month = calendar_week.months(request.user, zone, now)
    context = {
        "profile": profile,
        "now": now,
        "summary": summary,
        "attention": attention_for(request.user, now),
        "figures": cache(partial(_figures, request.user, zone, now, has_payments=has_payments)),
        "clashes": clashes(request.user.pk, now),
        "notice": notice_for(request.user, summary.unproven, now),
        "next_when": When(summary.next.starts_at, summary.next.ends_at, request.user.timezone)
        if summary.next
        else None,
        "join_wait": seconds_to_join(summary.next, now) if summary.next else None,
        "week": calendar_week.week_from(request.user, _first_day(request.GET.get("from", ""), today), zone, now),
        "today": today,
        "month": month,
        "last_month": last_month,
        "end_of_last": today.replace(day=1) - timedelta(days=1),
        "metrics": getattr(profile, "metrics", None),
        "chart": draw_hours_chart(calendar_week.by_week(request.user, zone, now)),
        "checklist": checklist_of(profile),
    }
    return render_page(request, "marketplace/dashboard.html", context, parts=("summary", "week"))


def _figures(builder: User, zone: ZoneInfo, now: datetime, *, has_payments: bool) -> dict[str, Any]:
    """Returns the bookings by pathway, the clients who are stuck on one, and what came in this month and last month. Three
    queries, which the parts that htmx asks for do not need."""
    rows, stuck = bookings_by_pathway(builder, now), stuck_clients(builder, now)
    last, current = calendar_week.month_starts(zone, now)
    edges = (last, current, now + timedelta(seconds=1))
    received_last, received = received_by(builder.pk, edges) if has_payments else ({}, {})
    return {
        "by_pathway": rows,
        "total": total_of(rows) if len(rows) > 1 else None,
        "stuck": stuck[:MOST_STUCK],
        "has_more_stuck": len(stuck) > MOST_STUCK,
        "has_payments": has_payments,
        "received": received,
        "received_last": received_last,
    }


def _first_day(text: str, today: date) -> date:
    """Returns the first day of the week to show; today if the text is no date or is too far away."""
    day = parse_date(text)
    return day if day and abs(day - today) <= MAX_DISTANCE else today


def own_profile(request: SignedInRequest) -> BuilderProfile:
    """Returns the profile of the builder who asks; 404 for others. One query."""
    profile = _profile.first(request.user.pk)
    if profile is None:
        raise Http404
    return profile


def _profile_of(builder: UUID) -> QuerySet[BuilderProfile]:
    return BuilderProfile.objects.filter(user=builder).select_related("user__place", "metrics")


_profile = CompiledQuery(_profile_of)
