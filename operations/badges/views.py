"""The list of badges, and the page on which an admin defines one."""

from __future__ import annotations

from django.contrib import messages
from django.db.models import Count, Q
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods, require_safe

from accounts.access import SignedInRequest
from accounts.roles import STAFF, Role
from core.access import role_required
from core.errors import Refused
from core.forms import add_refusal
from operations.badges.forms import BadgeForm
from pathways.badges import definitions
from pathways.models import Badge

HERE = {"here": "operations:badges"}


@role_required(*STAFF)
@require_safe
def badges(request: SignedInRequest) -> HttpResponse:
    """Lists all badges with their rules in words, and how many people have each."""
    standing = Q(awards__isnull=False, awards__revoked_at__isnull=True)
    rows = Badge.objects.select_related("skill", "pathway").annotate(holders=Count("awards", filter=standing))
    context = {"badges": rows.order_by("audience", "order", "name"), "may_edit": Role.ADMIN in request.user.roles}
    return render(request, "operations/badges/badges.html", HERE | context)


@role_required(Role.ADMIN)
@require_http_methods(["GET", "HEAD", "POST"])
def new_badge(request: SignedInRequest) -> HttpResponse:
    return _edit(request, Badge(is_active=False))


@role_required(Role.ADMIN)
@require_http_methods(["GET", "HEAD", "POST"])
def badge(request: SignedInRequest, slug: str) -> HttpResponse:
    """Changes a badge, or removes it."""
    shown = get_object_or_404(Badge, slug=slug)
    if request.POST.get("act") == "remove":
        definitions.remove_badge(badge=shown, by=request.user)
        messages.success(request, f"{shown} is no longer awarded.")
        return redirect("operations:badges")
    return _edit(request, shown)


def _edit(request: SignedInRequest, badge: Badge) -> HttpResponse:
    name, is_new = badge.name, badge._state.adding
    form = BadgeForm(request.POST if request.method == "POST" else None, instance=badge)
    if request.method == "POST" and form.is_valid():
        try:
            definitions.save_badge(badge=form.instance, by=request.user)
        except Refused as error:
            add_refusal(form, error)
        else:
            messages.success(request, "Saved. People get it tonight, or when the command award_badges runs.")
            return redirect("operations:badges")
    context = {"form": form, "name": name, "is_new": is_new}
    return render(request, "operations/badges/badge.html", HERE | context, status=422 if form.errors else 200)
