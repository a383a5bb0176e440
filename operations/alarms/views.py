"""The pages about alarms: all of them, and one with what to do."""

from __future__ import annotations

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from accounts.access import SignedInRequest
from accounts.roles import STAFF
from core.access import role_required
from operations.alarms.queries import all_alarms
from operations.alarms.runbook import entry


@role_required(*STAFF)
@require_safe
def alarms(request: SignedInRequest) -> HttpResponse:
    """Shows all alarms with their state and limits."""
    return render(request, "operations/alarms.html", {"here": "operations:alarms", "alarms": all_alarms()})


@role_required(*STAFF)
@require_safe
def alarm(request: SignedInRequest, name: str) -> HttpResponse:
    """Shows one alarm, and its entry of the runbook."""
    shown = next((shown for shown in all_alarms() if shown.alarm.name == name), None)
    if shown is None:
        raise Http404
    return render(
        request, "operations/alarm.html", {"here": "operations:alarms", "shown": shown, "runbook": entry(name)}
    )
