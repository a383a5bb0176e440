"""Closes a banner."""

from __future__ import annotations

from uuid import UUID

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from core.access import public
from core.policies.banners import COOKIE, MOST_CLOSED, closed_keys
from core.requests import own_path

DAYS_KEPT = 90


@public
@csrf_exempt  # a forged request could only close a banner, and a token would need a cookie for every visitor
@require_POST
def close_banner(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Remembers in a cookie that this browser has closed the announcement, and returns to the page."""
    response = redirect(own_path(request.POST.get("next", ""), "/"))
    keys = [pk.hex, *(key for key in closed_keys(request) if key != pk.hex)][:MOST_CLOSED]
    response.set_cookie(
        COOKIE, ".".join(keys), max_age=DAYS_KEPT * 86400, samesite="Lax", secure=settings.HTTPS, httponly=True
    )
    return response
