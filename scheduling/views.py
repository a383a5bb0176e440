"""Dashboard pages for schedules, exceptions, holidays, time off, and the preview of what clients see."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from django.contrib import messages
from django.forms import Form
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.access import SignedInRequest, prepares
from accounts.time_zones.services import zone_for
from core import clock
from core.dates import parse_date
from core.errors import Refused
from core.zones import DEFAULT
from scheduling import claims, loading, services
from scheduling.booked_sessions import sessions_on_closed_time
from scheduling.days import Bar, bars
from scheduling.forms import ExceptionForm, PreviewForm, ScheduleForm, TimeOffForm
from scheduling.hours_text import format_hours, next_changes
from scheduling.models import CalendarFeed, ExceptionDay, Reservation, Schedule
from scheduling.months import month_of
from scheduling.patterns import WEEKDAYS, in_words
from scheduling.preview import preview_week
from scheduling.recurring_forms import RecurringLines, patterns_in, recurring_lines
from scheduling.slots import HoursPlan

YEAR = timedelta(days=365)


@dataclass(frozen=True)
class Holiday:
    day: date
    name: str
    is_worked: bool


@prepares
@require_http_methods(["GET", "HEAD", "POST"])
def availability(request: SignedInRequest) -> HttpResponse:
    """Shows the default schedule, or the form for the first one."""
    schedule = services.schedule_of(request.user.pk)
    return _schedule_page(request, schedule or _new_schedule(request, Schedule.Kind.WEEKLY))


@prepares
@require_http_methods(["GET", "HEAD", "POST"])
def new_schedule(request: SignedInRequest, kind: str) -> HttpResponse:
    return _schedule_page(request, _new_schedule(request, kind))


@prepares
@require_http_methods(["GET", "HEAD", "POST"])
def schedule(request: SignedInRequest, pk: UUID) -> HttpResponse:
    return _schedule_page(request, _own_schedule(request, pk))


def _new_schedule(request: SignedInRequest, kind: str) -> Schedule:
    """Returns a new schedule, not saved, in the time zone in which the builder reads times."""
    builder, zone = request.user, zone_for(request, DEFAULT)
    name = "Usual week" if kind == Schedule.Kind.WEEKLY else "Holidays"
    return Schedule(builder=builder, kind=kind, name=name, timezone=zone)


def _schedule_page(request: SignedInRequest, schedule: Schedule) -> HttpResponse:
    """Shows the form of a schedule, saves it, or fills all days with the hours of one without saving."""
    data = request.POST.copy() if request.method == "POST" else None
    lines = recurring_lines(data, schedule)
    if data is not None and (source := data.get("copy", "")) in ScheduleForm.DAYS:
        for name in ScheduleForm.DAYS:
            data[name] = data.get(source, "")
        form = ScheduleForm(data, instance=schedule)
        form.is_valid()
    else:
        form = ScheduleForm(data, instance=schedule)
        if data is not None and _is_valid(form, lines) and _save(request, form, lines):
            messages.success(request, f"“{schedule.name}” is saved. Clients see the new times at once.")
            return redirect("scheduling:schedule", pk=schedule.pk)
    context = {"form": form, "lines": lines, "schedule": schedule, **_page_context(request, schedule)}
    is_wrong = request.method == "POST" and bool(form.errors)
    return render(request, "scheduling/availability.html", context, status=422 if is_wrong else 200)


def _is_valid(form: ScheduleForm, lines: RecurringLines) -> bool:
    is_valid = form.is_valid()
    if not lines.is_bound or lines.is_valid():
        return is_valid
    form.add_error(None, "Check the hours in some weeks. A line is not complete.")
    return False


def _save(request: SignedInRequest, form: ScheduleForm, lines: RecurringLines) -> bool:
    try:
        recurring = patterns_in(lines) if lines.is_bound else None
        services.save_schedule(schedule=form.instance, week=form.week(recurring), by=request.user)
    except Refused as refused:
        form.add_error(None, refused.sentence)
        return False
    return True


def _page_context(request: SignedInRequest, schedule: Schedule) -> dict[str, Any]:
    """Returns the context of the page besides the form."""
    builder, now = request.user, clock.now()
    zone = loading.zone_named(schedule.timezone)
    today = now.astimezone(zone).date()
    is_new, usual = schedule._state.adding, loading.usual_plan(schedule)
    return {
        "is_new": is_new,
        "schedules": builder.schedules.all(),
        "week": [] if is_new else week_bars(usual),
        "recurring": _recurring(usual, today),
        "changes": _clock_changes(usual, zone, now),
        "exceptions": [] if is_new else _exceptions_from(schedule, today),
        "month": None if is_new else month_of(schedule, request.GET.get("month", ""), today),
        "exception_form": ExceptionForm(prefix="exception", initial={"date": request.GET.get("day", "")[:10]}),
        "holidays": [] if is_new else _holidays_from(schedule, today),
        "time_off": builder.reservations.filter(
            kind=Reservation.Kind.TIME_OFF, released_at__isnull=True, during__endswith__gt=now
        ),
        "time_off_form": TimeOffForm(prefix="off"),
        "feed": CalendarFeed.objects.filter(builder=builder).first(),
        "zone_now": now.astimezone(zone),
        "on_closed_time": sessions_on_closed_time(builder, now),
    }


def week_bars(usual: HoursPlan) -> list[tuple[str, list[Bar]]]:
    return [(name, bars(hours)) for name, hours in zip(WEEKDAYS, usual.weekly, strict=True)]


def _recurring(usual: HoursPlan, today: date) -> list[tuple[str, list[date]]]:
    """Returns the recurring hours in words, each with its next three days."""
    return [(in_words(pattern, today), list(pattern.days_from(today, 3))) for pattern in usual.patterns]


def _clock_changes(usual: HoursPlan, zone: ZoneInfo, now: datetime) -> list[tuple[str, str]]:
    """Returns the next changes of the clocks, and their effect on the usual hours, in sentences."""
    changes = next_changes(zone, now)
    return [(change.sentence, change.effect(usual.hours_on(change.day), zone)) for change in changes]


def _exceptions_from(schedule: Schedule, today: date) -> list[tuple[ExceptionDay, str]]:
    days = schedule.exceptions.filter(date__gte=today)
    return [(day, format_hours([(pair[0], pair[1]) for pair in day.intervals])) for day in days]


def _holidays_from(schedule: Schedule, today: date) -> list[Holiday]:
    if not schedule.holiday_country:
        return []
    worked = set(schedule.worked_holidays.values_list("date", flat=True))
    closed = loading.closed_days(schedule.holiday_country, today, today + YEAR)
    return [Holiday(day, name, day in worked) for day, name in sorted(closed.items())]


@prepares
@require_POST
def make_default(request: SignedInRequest, pk: UUID) -> HttpResponse:
    schedule = services.make_default(schedule=_own_schedule(request, pk), by=request.user)
    messages.success(request, f"“{schedule.name}” is in force now.")
    return redirect("scheduling:schedule", pk=pk)


@prepares
@require_http_methods(["GET", "HEAD", "POST"])
def delete(request: SignedInRequest, pk: UUID) -> HttpResponse:
    """Asks before it deletes a schedule, since that cannot be undone."""
    schedule = _own_schedule(request, pk)
    if request.method == "POST":
        services.delete_schedule(schedule=schedule, by=request.user)
        messages.success(request, f"“{schedule.name}” is deleted. Existing bookings stay.")
        return redirect("scheduling:availability")
    return render(request, "scheduling/delete.html", {"schedule": schedule})


@prepares
@require_POST
def set_exception(request: SignedInRequest, pk: UUID) -> HttpResponse:
    """Sets other hours on one date, or the usual ones again."""
    schedule = _own_schedule(request, pk)
    if text := request.POST.get("remove"):
        services.set_exception(schedule=schedule, day=_date_or_404(text), intervals=None, by=request.user)
        messages.success(request, "This day has its usual hours again.")
        return _redirect_to(schedule, "exceptions")
    form = ExceptionForm(request.POST, prefix="exception")
    if form.is_valid():
        cleaned = form.cleaned_data
        services.set_exception(schedule=schedule, day=cleaned["date"], intervals=cleaned["hours"], by=request.user)
        hours = format_hours(cleaned["hours"]) or "closed"
        messages.success(request, f"{cleaned['date']:%A, %-d %B}: {hours}.")
        return _redirect_to(schedule, _part_after_closing(request, "exceptions"))
    else:
        messages.error(request, _error_text(form))
    return _redirect_to(schedule, "exceptions")


@prepares
@require_POST
def work_on_holiday(request: SignedInRequest, pk: UUID) -> HttpResponse:
    schedule = _own_schedule(request, pk)
    day = _date_or_404(request.POST.get("day", ""))
    services.work_on_holiday(schedule=schedule, day=day, is_worked=request.POST.get("works") == "1", by=request.user)
    return _redirect_to(schedule, _part_after_closing(request, "holidays"))


@prepares
@require_POST
def take_time_off(request: SignedInRequest) -> HttpResponse:
    form = TimeOffForm(request.POST, prefix="off")
    if form.is_valid():
        current = services.schedule_of(request.user.pk)
        zone = loading.zone_named(current.timezone if current else request.user.timezone)
        start, end = form.during(zone)
        claims.block(builder=request.user.pk, start=start, end=end, note=form.cleaned_data["note"])
        messages.success(request, "Nobody can book you in this time. Existing bookings stay as they are.")
    else:
        messages.error(request, _error_text(form))
    return redirect(f"{reverse('scheduling:availability')}#{_part_after_closing(request, 'time-off')}")


@prepares
@require_POST
def end_time_off(request: SignedInRequest, pk: UUID) -> HttpResponse:
    off = get_object_or_404(request.user.reservations.filter(kind=Reservation.Kind.TIME_OFF), pk=pk)
    claims.unblock(reservation=off)
    messages.success(request, "You can be booked again.")
    return redirect(f"{reverse('scheduling:availability')}#time-off")


@prepares
@require_safe
def preview(request: SignedInRequest) -> HttpResponse:
    """Shows the times clients see from any zone, and for a missing time the rules that remove it."""
    builder, now = request.user, clock.now()
    first = builder.session_types.filter(is_active=True).first()
    today = now.astimezone(ZoneInfo(builder.timezone)).date()
    usual = {"session": first.pk if first else None, "zone": builder.timezone, "day": today}
    sent = {name: value for name, value in request.GET.items() if value}
    form = PreviewForm(usual | sent, builder=builder)
    context: dict[str, Any] = {"form": form, "days": [], "reasons": None, "has_sessions": first is not None}
    if first is not None and form.is_valid():
        context |= preview_week(**form.cleaned_data, now=now)
    return render(request, "scheduling/preview.html", context)


def _own_schedule(request: HttpRequest, pk: UUID) -> Schedule:
    return get_object_or_404(Schedule, builder=request.user.pk, pk=pk)


def _date_or_404(text: str) -> date:
    day = parse_date(text)
    if day is None:
        raise Http404
    return day


def _error_text(form: Form) -> str:
    return " ".join(str(problem) for errors in form.errors.values() for problem in errors)


def _part_after_closing(request: SignedInRequest, part: str) -> str:
    """Returns the part of the page to show after a change that may have closed booked time: the warning if it has."""
    return "closed" if sessions_on_closed_time(request.user, clock.now()) else part


def _redirect_to(schedule: Schedule, part: str) -> HttpResponse:
    return redirect(f"{reverse('scheduling:schedule', args=[schedule.pk])}#{part}")
