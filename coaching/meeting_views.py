"""The dashboard page for the link of a builder's remote sessions, and for how their clients can reach them."""

from __future__ import annotations

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods

from accounts.access import SignedInRequest, prepares
from accounts.models import BuilderProfile
from accounts.services import update_builder
from coaching.flags import MEETINGS
from coaching.forms import MeetingForm
from core import flags


@prepares
@require_http_methods(["GET", "HEAD", "POST"])
def meetings(request: SignedInRequest) -> HttpResponse:
    if not flags.is_on(request, MEETINGS):
        raise Http404
    form = MeetingForm(request.POST or None, instance=get_object_or_404(BuilderProfile, user=request.user))
    if request.method == "POST" and form.is_valid():
        update_builder(profile=get_object_or_404(BuilderProfile, user=request.user), **form.cleaned_data)
        messages.success(request, "Saved.")
        return redirect("coaching:meetings")
    return render(request, "coaching/meetings.html", {"form": form}, status=422 if form.errors else 200)
