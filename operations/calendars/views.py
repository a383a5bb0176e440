"""The page of one connected calendar."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods, require_POST

from accounts.access import SignedInRequest
from accounts.roles import STAFF
from connections.models import Connection
from core.access import role_required
from core.errors import Refused
from operations.calendars import services
from operations.people.forms import ToldReasonForm

HERE = "operations:front"


def _calendar_or_404(pk: UUID) -> Connection:
    return get_object_or_404(Connection.objects.select_related("owner", "account"), pk=pk)


@role_required(*STAFF)
@require_http_methods(["GET", "HEAD", "POST"])
def calendar(request: SignedInRequest, pk: UUID) -> HttpResponse:
    """Shows how well the calendar can be read, and asks its owner to connect it again."""
    shown, form = _calendar_or_404(pk), ToldReasonForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        services.ask_owner(calendar=shown, by=request.user, **form.cleaned_data)
        messages.success(request, f"{shown.owner.display_name} is asked to connect it again.")
        return redirect("operations:calendar", pk)
    context: dict[str, Any] = {
        "here": HERE,
        "calendar": shown,
        "form": form,
        "is_failing": shown.state == Connection.State.FAILING,
    }
    return render(request, "operations/calendars/calendar.html", context, status=422 if form.errors else 200)


@role_required(*STAFF)
@require_POST
def read_calendar(request: SignedInRequest, pk: UUID) -> HttpResponse:
    """Reads the calendar now, and says whether that worked."""
    shown = _calendar_or_404(pk)
    try:
        is_read = services.read_again(calendar=shown, by=request.user)
    except Refused as refused:
        messages.error(request, refused.text)
    else:
        if is_read:
            messages.success(request, "It was read, and counts again when somebody books.")
        else:
            messages.error(request, "It still cannot be read. What its server said is below.")
    return redirect("operations:calendar", pk)
