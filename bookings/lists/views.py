"""Pages beside the lists of bookings: the answer to several requests, and the sheet of a day."""

from __future__ import annotations

from dataclasses import asdict
from datetime import date, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import urlencode
from django.views.decorators.http import require_http_methods, require_safe

from accounts.access import SignedInRequest
from accounts.roles import Role
from bookings.agreement.forms import DeclineForm
from bookings.agreement.queries import TO_ANSWER
from bookings.billing.queries import bills_of
from bookings.lists import several
from bookings.lists.day import sheet_of
from bookings.models import Booking
from bookings.states import Verb
from core import clock, flags
from core.access import role_required
from core.dates import parse_date
from payments.flags import PAYMENTS

REPORT = "answered_requests"  # in the session


@require_http_methods(["GET", "HEAD", "POST"])
@role_required(Role.BUILDER)
def answer_several(request: SignedInRequest) -> HttpResponse:
    """Shows the chosen requests and asks whether to confirm or decline them; then does it, and leads to the report."""
    now, data = clock.now(), request.POST if request.method == "POST" else request.GET
    verb = Verb(data["verb"]) if data.get("verb") in several.VERBS else Verb.CONFIRM
    references = [*data.getlist("booking"), *data.get("all", "").split(",")]
    bookings = several.requests_named(request.user, [reference for reference in references if reference])
    if not bookings:
        messages.error(request, "Choose at least one request.")
        return redirect(f"{reverse('bookings:as_builder')}?show={TO_ANSWER}")
    problems = {booking.reference: several.why_not(booking, verb, now) for booking in bookings}
    is_decline = verb == Verb.DECLINE
    form = DeclineForm(request.POST if request.method == "POST" and is_decline else None, reader="Every client")
    if request.method == "POST" and (not is_decline or form.is_valid()):
        reason = form.cleaned_data["reason"] if is_decline else ""
        answered = several.answer_several(
            bookings=bookings, versions=_versions(data.getlist("version")), by=request.user, verb=verb, reason=reason
        )
        request.session[REPORT] = {"verb": str(verb), "answered": [asdict(outcome) for outcome in answered]}
        return redirect("bookings:answered")
    context = {
        "verb": str(verb),
        "bookings": [(booking, problems[booking.reference]) for booking in bookings],
        "possible": sum(not problem for problem in problems.values()),
        "form": form,
        "back": f"{reverse('bookings:as_builder')}?{urlencode({'show': TO_ANSWER})}",
    }
    return render(request, "bookings/lists/answer_several.html", context, status=422 if form.errors else 200)


def _versions(texts: list[str]) -> dict[str, int]:
    """Reads what the form says about the bookings as they were shown, such as "WM-22223A:4"."""
    pairs = [text.partition(":") for text in texts[: several.MOST]]
    return {
        reference: int(number)
        for reference, _, number in pairs
        if number.isascii() and number.isdigit() and len(number) < 8
    }


@require_safe
@role_required(Role.BUILDER)
def answered(request: SignedInRequest) -> HttpResponse:
    """Shows what became of the requests that were answered together last."""
    report: dict[str, Any] = request.session.get(REPORT) or {}
    outcomes = {row["reference"]: several.RequestOutcome(**row) for row in report.get("answered", [])}
    bookings = several.requests_named(request.user, outcomes)
    rows = [(booking, outcomes[booking.reference].problem) for booking in bookings]
    context = {
        "verb": report.get("verb", ""),
        "done": [booking for booking, problem in rows if not problem],
        "failed": [(booking, problem) for booking, problem in rows if problem],
        "to_answer": Booking.objects.of_builder(request.user).requests().count(),
    }
    return render(request, "bookings/lists/answered.html", context)


@require_safe
@role_required(Role.BUILDER)
def today(request: SignedInRequest) -> HttpResponse:
    """Leads to the sheet of the current day in the builder's time zone."""
    day = clock.now().astimezone(ZoneInfo(request.user.timezone)).date()
    return redirect("bookings:day", day=day.isoformat())


@require_safe
@role_required(Role.BUILDER)
def day(request: SignedInRequest, day: str) -> HttpResponse:
    """Shows the sessions of a day with everything that is needed for them, on a page that is made to be printed."""
    shown = parse_date(day)
    if shown is None:
        raise Http404
    rows = sheet_of(request.user, shown)
    bookings = [row.booking for row in rows]
    context = {
        "day": shown,
        "is_today": shown == _today(request),
        "before": _other_day(shown, -1),
        "after": _other_day(shown, 1),
        "rows": rows,
        "bills": bills_of(bookings) if flags.is_on(request, PAYMENTS) else {},
    }
    return render(request, "bookings/lists/day.html", context)


def _today(request: SignedInRequest) -> date:
    return clock.now().astimezone(ZoneInfo(request.user.timezone)).date()


def _other_day(day: date, days: int) -> str:
    """Returns the address of another day's sheet; an empty string beyond the years that are accepted."""
    text = (day + timedelta(days=days)).isoformat()
    return reverse("bookings:day", args=[text]) if parse_date(text) else ""
