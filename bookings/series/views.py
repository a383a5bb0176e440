"""Pages of series: the plan with each of its dates, and the series once it is booked."""

from __future__ import annotations

from datetime import datetime, timedelta
from functools import partial
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from django.contrib import messages
from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods

from accounts.access import SignedInRequest
from accounts.roles import STAFF
from bookings.agreement import limits
from bookings.agreement.requests import ShownOffer, would_need_answer
from bookings.agreement.transitions import Actor
from bookings.meetings.places import AT_CLIENT
from bookings.models import Booking, Series
from bookings.series import services as series_services
from bookings.series.services import MAX_DATES, MIN_DATES, PlannedDate
from bookings.states import Side, State
from bookings.times import When
from bookings.wizard import funnel
from bookings.wizard.context import INTERVALS, WizardContext, progress, wizard_step
from bookings.wizard.time_picker import TimePicker
from core.access import signed_in
from core.dates import parse_instant
from core.errors import Refused
from core.ids import parse_uuid
from core.money import Money
from scheduling.loading import public_holidays
from scheduling.outside.services import refresh_calendars_of

LEFT_OUT = "none"
ONE_BY_ONE = (
    "You pay for each of these sessions when you book it, so there is no series. Book one session at a time instead."
)


@require_http_methods(["GET", "HEAD", "POST"])
@wizard_step
def plan(wizard: WizardContext) -> HttpResponse:
    """Shows which dates are free, offers other times for those that are not, and books the series."""
    if wizard.visitor.person is None:
        return redirect_to_login(wizard.request.get_full_path())
    if wizard.request.method == "POST" and (existing := _already_booked(wizard)):
        return redirect(existing)
    if wizard.is_paid_first:
        messages.info(wizard.request, ONE_BY_ONE)
        return redirect(wizard.url("review", **wizard.choices))
    start, picker = wizard.start, wizard.picker()
    details = wizard.completed_draft(picker, start) if start and picker.price else None
    if details is None or start is None or picker.price is None:
        return redirect(wizard.url("times"))
    draft, _, priced = details
    count = _number_within(wizard.asked.get("count"), 4, MIN_DATES, MAX_DATES)
    every = wizard.every or 1
    starts = series_services.dates(start, wizard.profile.user.timezone, count, every)
    planned = series_services.plan(
        wizard.session_type, picker.minutes, starts, wizard.now, wizard.visitor.key,
        travels=priced.in_person_at == AT_CLIENT,
    )  # fmt: skip
    problem = None
    if wizard.request.method == "POST":
        chosen = _chosen_starts(wizard, planned)
        try:
            limits.count_booking(wizard.request, None)
            refresh_calendars_of(wizard.profile.pk)
            book = partial(
                series_services.book,
                priced=priced,
                visitor=wizard.visitor,
                starts=chosen,
                every_weeks=every,
                key=draft.form_key,
            )
            return redirect(funnel.counted(wizard.attempt(picker), book))
        except Refused as error:
            problem = error
    total = picker.price.total
    once = {name: value for name, value in wizard.choices.items() if name != "every"}
    country = _country_of(wizard)
    context = {
        "wizard": wizard, "profile": wizard.profile, "session": wizard.session_type, "picker": picker, "problem": problem,
        "dates": [_date_context(planned_date, picker, country) for planned_date in planned], "every": every, "count": count,
        "intervals": [(int(number), label) for number, label in INTERVALS.items()], "counts": range(MIN_DATES, MAX_DATES + 1), "choices": once, "home": wizard.profile.user.timezone,
        "free": sum(planned_date.is_free for planned_date in planned), "price": picker.price,
        "shown": ShownOffer.of(total, priced.tiers),
        "gets_cheaper": bool(picker.terms.early), "most": Money(total.amount * count, total.currency), "draft": draft, "needs_answer": would_need_answer(wizard.session_type, wizard.now), "review_url": wizard.url("review", **once), **progress(4),
    }  # fmt: skip
    return render(
        wizard.request, "bookings/series/plan.html", context, status=problem.refusal.status if problem else 200
    )


def _already_booked(wizard: WizardContext) -> Series | None:
    """Returns the series that this form has booked before, if it is sent again."""
    key = parse_uuid(wizard.asked.get("key"))
    return series_services.made_by(key, wizard.visitor.person) if key else None


def _number_within(text: str | None, default: int, least: int, most: int) -> int:
    """Returns the number in the text, limited to the range, or `default` if the text is no number."""
    number = int(text) if text and text.isascii() and text.isdigit() and len(text) < 4 else default
    return min(max(number, least), most)


def _chosen_starts(wizard: WizardContext, planned: list[PlannedDate]) -> dict[int, datetime]:
    """Returns the starts to book: dates that are free and not left out, and the times chosen instead of others."""
    starts = {}
    for planned_date in planned:
        answer = wizard.request.POST.get(f"date_{planned_date.number}", "")
        instead = parse_instant(answer)
        if planned_date.is_free and answer != LEFT_OUT:
            starts[planned_date.number] = planned_date.start
        elif instead in planned_date.others and instead is not None:
            starts[planned_date.number] = instead
    return starts


def _country_of(wizard: WizardContext) -> str:
    """Returns the code of the country whose public holidays the plan names; an empty text if the builder has no town."""
    place = wizard.profile.user.place
    return place.country_code if place else ""


def _date_context(planned_date: PlannedDate, picker: TimePicker, country: str) -> dict[str, Any]:
    end = planned_date.start + timedelta(minutes=picker.minutes)
    home = picker.session_type.builder.timezone
    return {
        "date": planned_date,
        "when": When(planned_date.start, end, picker.zone),
        "holiday": _holiday_at(planned_date.start, home, country),
        "others": [(When(at, at, picker.zone), _holiday_at(at, home, country)) for at in planned_date.others],
    }


def _holiday_at(start: datetime, zone: str, country: str) -> str:
    """Returns the name of the public holiday at this time in the builder's country; an empty text if there is none."""
    day = start.astimezone(ZoneInfo(zone)).date()
    return public_holidays(country, day.year).get(day, "") if country else ""


@require_http_methods(["GET", "HEAD", "POST"])
@signed_in
def one(request: SignedInRequest, pk: UUID) -> HttpResponse:
    """Shows the series to its client, its builder and staff; the builder confirms all of it."""
    series = get_object_or_404(Series.objects.select_related("session_type__builder"), pk=pk)
    builder = series.session_type.builder
    if request.user.pk not in (series.client_id, builder.pk) and not set(request.user.roles) & STAFF:
        raise Http404
    is_builder = request.user == builder
    if request.method == "POST":
        if not is_builder:
            raise PermissionDenied
        _confirm(request, series)
        return redirect(series)
    bookings = Booking.objects.listed().filter(series=series).order_by("series_number")
    context = {"series": series, "bookings": bookings, "builder": builder, "is_builder": is_builder}
    context["waiting"] = sum(booking.state == State.PENDING for booking in bookings)
    return render(request, "bookings/series/series.html", context)


def _confirm(request: SignedInRequest, series: Series) -> None:
    try:
        count = series_services.confirm(series=series, by=Actor(Side.BUILDER, request.user))
    except Refused as error:
        messages.error(request, error.sentence)
    else:
        messages.success(
            request, (f"{count} sessions are confirmed. You will both get a mail with the calendar entries.")
        )
