"""The page of one application."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods

from accounts import applications
from accounts.access import SignedInRequest
from accounts.models import BuilderApplication
from accounts.roles import Role
from core.access import role_required
from core.errors import Refused
from core.forms import add_refusal
from operations.applications.forms import ApplicationDecisionForm


@role_required(Role.ADMIN)
@require_http_methods(["GET", "HEAD", "POST"])
def application(request: SignedInRequest, pk: UUID) -> HttpResponse:
    """Shows an application, and approves or declines it."""
    rows = BuilderApplication.objects.select_related("user", "decided_by")
    shown = get_object_or_404(rows, pk=pk)
    form = ApplicationDecisionForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        granted = request.POST.get("decision") == "grant"
        try:
            applications.decide(application=shown, by=request.user, granted=granted, reason=form.cleaned_data["reason"])
        except Refused as refused:
            add_refusal(form, refused)
        else:
            done = "is a builder now" if granted else "was told that the application is declined"
            messages.success(request, f"{shown.user.display_name} {done}.")
            return redirect("operations:person", shown.user_id)
    context = {
        "here": "operations:front",
        "application": shown,
        "form": form,
        "is_open": shown.state == BuilderApplication.State.OPEN,
    }
    return render(request, "operations/applications/application.html", context, status=422 if form.errors else 200)
