"""The pages on which builders edit the discount for booking early: for all of their sessions, or for one."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods

from accounts.access import SignedInRequest, prepares
from coaching.early_booking import services
from coaching.early_booking.forms import early_lines, tiers_of
from coaching.models import SessionType
from coaching.terms import offer_of, terms_of
from core.errors import Refused

PAGE = ["GET", "HEAD", "POST"]


@prepares
@require_http_methods(PAGE)
def early_booking(request: SignedInRequest) -> HttpResponse:
    """Edits the discount that counts for all of the builder's sessions."""
    offer = offer_of(request.user.pk)
    lines = early_lines(request.POST if request.method == "POST" else None, offer.early_tiers)
    problem = ""
    if request.method == "POST" and lines.is_valid():
        try:
            services.save_for_builder(builder=request.user, tiers=tiers_of(lines))
        except Refused as refused:
            problem = refused.text
        else:
            messages.success(request, "Saved. Bookings that were made keep their price.")
            return redirect("coaching:early_booking")
    own = SessionType.objects.filter(builder=request.user, early_tiers__isnull=False)
    return _page(request, {"lines": lines, "problem": problem, "own": own})


@prepares
@require_http_methods(PAGE)
def early_booking_of(request: SignedInRequest, pk: UUID) -> HttpResponse:
    """Edits the discount of one session type, which can follow that of all sessions."""
    session_type = get_object_or_404(request.user.session_types.complete(), pk=pk)
    is_own = session_type.early_tiers is not None
    lines = early_lines(request.POST if request.method == "POST" else None, session_type.early_tiers or [])
    problem = ""
    if request.method == "POST":
        is_own = request.POST.get("own") == "yes"
        if not is_own or lines.is_valid():
            try:
                tiers = tiers_of(lines) if is_own else None
                services.save_for_session_type(session_type=session_type, tiers=tiers, by=request.user)
            except Refused as refused:
                problem = refused.text
            else:
                messages.success(request, "Saved. Bookings that were made keep their price.")
                return redirect("coaching:early_booking_of", pk=pk)
    terms = terms_of(session_type, offer_of(request.user.pk))
    context = {"lines": lines, "problem": problem, "session_type": session_type, "is_own": is_own, "terms": terms}
    return _page(request, context)


def _page(request: SignedInRequest, context: dict[str, Any]) -> HttpResponse:
    return render(request, "coaching/early_booking.html", context, status=422 if request.method == "POST" else 200)
