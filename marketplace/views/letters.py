"""The page of the weekly letter: a preview, the day, and the switch."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from accounts.access import SignedInRequest
from core import clock
from core.access import signed_in
from marketplace.letters import services
from marketplace.letters.content import email_of
from marketplace.letters.forms import WeeklyLetterForm


@signed_in
@require_http_methods(["GET", "HEAD", "POST"])
def letter(request: SignedInRequest) -> HttpResponse:
    """Shows the letter that the person would get now, and saves whether and when they want it."""
    choice = services.choice_of(request.user)
    initial = {"is_wanted": choice.is_wanted, "weekday": choice.weekday}
    form = WeeklyLetterForm(request.POST if request.method == "POST" else None, initial=initial)
    if request.method == "POST" and form.is_valid():
        services.choose(person=request.user, **form.cleaned_data)
        messages.success(request, "Saved.")
        return redirect("marketplace:letter")
    preview = services.preview(request.user, clock.now())
    context = {"form": form, "email": email_of(preview) if preview.has_something else None}
    return render(request, "marketplace/letter.html", context, status=422 if form.errors else 200)
