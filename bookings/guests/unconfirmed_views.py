"""For builders: the bookings of guests who have not confirmed their address, to be cancelled several at once."""

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

MOST = 200  # on one page


@require_http_methods(["GET", "HEAD", "POST"])
@role_required(Role.BUILDER)
def unconfirmed(request: SignedInRequest) -> HttpResponse:
    """Shows them; then those that were chosen, with a question; then cancels them."""
    now = clock.now()
    mine = unconfirmed_bookings.unproven_of(request.user, now)
    if request.method != "POST":
        bookings = list(mine.complete()[:MOST])
        context = {"bookings": bookings, "notice": unconfirmed_bookings.notice_for(request.user, mine.count(), now)}
        return render(request, "bookings/guests/unconfirmed.html", context)
    references = request.POST.getlist("reference")[:MOST]
    found = mine.complete() if "all" in request.POST else mine.complete().filter(reference__in=references)
    chosen = list(found[:MOST])
    if not chosen:
        messages.error(request, "Choose at least one session.")
        return redirect("bookings:unconfirmed")
    form = EndSeveralForm(request.POST if "sure" in request.POST else None)
    if not form.is_valid():
        question = {"chosen": chosen, "form": form}
        return render(request, "bookings/guests/unconfirmed_end.html", question, status=422 if form.errors else 200)
    count = unconfirmed_bookings.end_all(bookings=chosen, builder=request.user, reason=form.cleaned_data["reason"])
    messages.success(request, f"{count} session{'' if count == 1 else 's'} cancelled. The times are free again.")
    return redirect("bookings:unconfirmed")
