"""The page on which builders cancel several bookings of guests who have not confirmed their address."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from accounts.access import SignedInRequest
from accounts.roles import Role
from bookings.agreement.forms import EndSeveralForm
from bookings.guests import unconfirmed_bookings
from core import clock
from core.access import role_required

MAX_SHOWN = 200  # on one page


@require_http_methods(["GET", "HEAD", "POST"])
@role_required(Role.BUILDER)
def unconfirmed(request: SignedInRequest) -> HttpResponse:
    """Lists the bookings; asks for a reason for those that are selected; then cancels them."""
    now = clock.now()
    ahead = unconfirmed_bookings.unproven_of(request.user, now)
    if request.method != "POST":
        bookings = list(ahead.listed()[:MAX_SHOWN])
        context = {"bookings": bookings, "notice": unconfirmed_bookings.notice_for(request.user, ahead.count(), now)}
        return render(request, "bookings/guests/unconfirmed.html", context)
    references = request.POST.getlist("reference")[:MAX_SHOWN]
    selected = ahead.listed() if "all" in request.POST else ahead.listed().filter(reference__in=references)
    chosen = list(selected[:MAX_SHOWN])
    if not chosen:
        messages.error(request, "Choose at least one session.")
        return redirect("bookings:unconfirmed")
    form = EndSeveralForm(request.POST if "sure" in request.POST else None)
    if not form.is_valid():
        question = {"chosen": chosen, "form": form}
        return render(request, "bookings/guests/unconfirmed_end.html", question, status=422 if form.errors else 200)
    count = unconfirmed_bookings.end_all(bookings=chosen, builder=request.user, reason=form.cleaned_data["reason"])
    messages.success(request, f"{count} session{'' if count == 1 else 's'} cancelled. The times are available again.")
    return redirect("bookings:unconfirmed")
