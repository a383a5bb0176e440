"""The search of staff."""

from __future__ import annotations

from datetime import timedelta

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from accounts.access import SignedInRequest
from accounts.roles import STAFF
from core.access import role_required
from core.limits import Limit
from operations.search.queries import LONGEST, SHORTEST, search

SEARCHES = Limit("searches of staff", "LIMIT_STAFF_SEARCHES_PER_PERSON", timedelta(minutes=1))


@role_required(*STAFF)
@require_safe
def find(request: SignedInRequest) -> HttpResponse:
    """Shows what was found, in groups. Six queries at most, one of which counts the search."""
    text = request.GET.get("q", "").strip()[:LONGEST]
    if text:
        SEARCHES.hit(str(request.user.pk))
    groups = search(text, request.user.roles)
    context = {
        "here": "operations:front", "text": text, "groups": groups, "is_short": bool(text) and len(text) < SHORTEST,
    }  # fmt: skip
    return render(request, "operations/find.html", context)
