"""The front page, from which staff run the place."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from accounts.access import SignedInRequest
from accounts.roles import STAFF
from core import clock
from core.access import role_required
from operations.front.queries import front_page


@role_required(*STAFF)
@require_safe
def front(request: SignedInRequest) -> HttpResponse:
    """Shows what waits, the figures of today and the health of the services."""
    page = front_page(request.user, clock.now())
    return render(request, "operations/front.html", {"here": "operations:front", "page": page})
