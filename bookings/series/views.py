"""The same session every week: a look at each date first, then all of them at once."""

from __future__ import annotations

from datetime import datetime, timedelta
from functools import partial
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods

from accounts.access import SignedInRequest
from accounts.roles import STAFF
from bookings.agreement import limits
from bookings.agreement.requests import check
from bookings.agreement.transitions import Actor
from bookings.models import Booking, Series
from bookings.series import services as made_together
from bookings.series.services import LEAST, MOST, Planned
from bookings.states import Side, State
from bookings.times import When
from bookings.wizard import funnel
from bookings.wizard.context import WizardContext, wizard_step
from core.access import signed_in
from core.dates import parse_instant
from core.errors import Refused
from core.ids import parse_uuid
from core.money import Money

EVERY = ((1, "Every week"), (2, "Every two weeks"), (3, "Every three weeks"), (4, "Every four weeks"))
LEAVE_OUT = "none"


@require_http_methods(["GET", "HEAD", "POST"])
@wizard_step
def plan(wizard: WizardContext) -> HttpResponse:
    """Each date with whether it is free; for the others a time near it, or none. One button books all of them."""
    if wizard.visitor.person is None:
        return redirect_to_login(wizard.request.get_full_path())
    if wizard.request.method == "POST" and (made := _made(wizard)):
        return redirect(made)
    start, picker = wizard.start, wizard.picker()
    told = wizard.told(picker, start) if start and picker.price else None
    if told is None or start is None or picker.price is None:
        return redirect(wizard.url("times"))
    draft, _, booking_request = told
    count, every = _number(wizard.asked.get("count"), 4, LEAST, MOST), _number(wizard.asked.get("every"), 1, 1, 4)
    starts = made_together.dates(start, wizard.profile.user.timezone, count, every)
    planned = made_together.plan(wizard.session_type, picker.minutes, starts, wizard.now, wizard.visitor.key)
    problem = None
    if wizard.request.method == "POST":
        chosen = _chosen(wizard, planned)
        try:
            limits.count_booking(wizard.request, None)
            priced = check(booking_request, wizard.visitor)
            book = partial(
                made_together.book,
                priced=priced,
                visitor=wizard.visitor,
                starts=chosen,
                every_weeks=every,
                key=draft.form_key,
            )
            return redirect(funnel.counted(wizard.profile.pk, funnel.WEB, book))
        except Refused as error:
            problem = error
    total = picker.price.total
    context = {
        "wizard": wizard, "profile": wizard.profile, "session": wizard.session_type, "picker": picker, "problem": problem,
        "dates": [_shown(each, picker.minutes, picker.zone) for each in planned], "every": every, "count": count,
        "intervals": EVERY, "counts": range(LEAST, MOST + 1), "choices": wizard.choices, "home": wizard.profile.user.timezone,
        "free": sum(each.is_free for each in planned), "price": picker.price,
        "most": Money(total.amount * count, total.currency), "draft": draft, "review_url": wizard.url("review", **wizard.choices),
    }  # fmt: skip
    return render(
        wizard.request, "bookings/series/plan.html", context, status=problem.refusal.status if problem else 200
    )


def _made(wizard: WizardContext) -> Series | None:
    key = parse_uuid(wizard.asked.get("key"))
    return made_together.made_by(key, wizard.visitor.person) if key else None


def _number(told: str | None, usual: int, least: int, most: int) -> int:
    number = int(told) if told and told.isascii() and told.isdigit() and len(told) < 4 else usual
    return min(max(number, least), most)


def _chosen(wizard: WizardContext, planned: list[Planned]) -> dict[int, datetime]:
    """Free dates as they are; for the others what was chosen in their place, if anything."""
    found = {}
    for each in planned:
        told = wizard.request.POST.get(f"date_{each.number}", "")
        instead = parse_instant(told)
        if each.is_free and told != LEAVE_OUT:
            found[each.number] = each.start
        elif instead in each.others and instead is not None:
            found[each.number] = instead
    return found


def _shown(each: Planned, minutes: int, zone: str) -> dict[str, Any]:
    end = each.start + timedelta(minutes=minutes)
    return {"date": each, "when": When(each.start, end, zone), "others": [When(at, at, zone) for at in each.others]}


@require_http_methods(["GET", "HEAD", "POST"])
@signed_in
def one(request: SignedInRequest, pk: UUID) -> HttpResponse:
    """All of a series, for its two sides and for staff."""
    found = get_object_or_404(Series.objects.select_related("session_type__builder"), pk=pk)
    builder = found.session_type.builder
    if request.user.pk not in (found.client_id, builder.pk) and not set(request.user.roles) & STAFF:
        raise Http404
    is_builder = request.user == builder
    if request.method == "POST":
        if not is_builder:
            raise PermissionDenied
        _confirm(request, found)
        return redirect(found)
    bookings = Booking.objects.complete().filter(series=found).order_by("series_number")
    context = {"series": found, "bookings": bookings, "builder": builder, "is_builder": is_builder}
    context["waiting"] = sum(booking.state == State.PENDING for booking in bookings)
    return render(request, "bookings/series/series.html", context)


def _confirm(request: SignedInRequest, found: Series) -> None:
    try:
        count = made_together.confirm(series=found, by=Actor(Side.BUILDER, request.user))
    except Refused as error:
        messages.error(request, error.sentence)
    else:
        messages.success(
            request, f"{count} sessions are confirmed. Both of you have them in the mail, for the calendar."
        )
