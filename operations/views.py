"""The pages from which staff run the place."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from accounts.access import SignedInRequest
from accounts.roles import STAFF
from core.access import role_required


@role_required(*STAFF)
@require_safe
def front(request: SignedInRequest) -> HttpResponse:
    """Shows the front page of operations, from which staff reach everything else."""
    return render(request, "operations/front.html", {"here": "operations:front"})
