"""The page about the health of the services."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from accounts.access import SignedInRequest
from accounts.roles import STAFF
from core import clock
from core.access import role_required
from operations.health.registry import read_health, worst


@role_required(*STAFF)
@require_safe
def health(request: SignedInRequest) -> HttpResponse:
    """Shows the verdict on each part of Waymark, and what to do."""
    lines = read_health(clock.now())
    return render(
        request, "operations/health.html", {"here": "operations:health", "lines": lines, "worst": worst(lines)}
    )
