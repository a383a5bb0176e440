"""The announcements: all of them, and the form of one."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods, require_POST

from accounts.access import SignedInRequest
from accounts.roles import STAFF
from core import clock
from core.access import role_required
from core.cursors import page_of
from core.errors import Refused
from core.forms import add_refusal
from core.policies import services
from core.policies.models import Announcement
from operations.policies.forms import AnnouncementForm
from operations.rights import require_right

HERE = "operations:policies"
PAGE = ["GET", "HEAD", "POST"]
FIELDS = ("text", "audience", "starts_at", "ends_at", "can_be_closed")
USUAL_LENGTH = timedelta(days=7)


@role_required(*STAFF)
@require_http_methods(PAGE)
def announcements(request: SignedInRequest) -> HttpResponse:
    """Lists all announcements, and makes a new one."""
    now = clock.now()
    initial = {"starts_at": now, "ends_at": now + USUAL_LENGTH, "can_be_closed": True}
    form = AnnouncementForm(request.POST if request.method == "POST" else None, initial=initial)
    if request.method == "POST" and _is_saved(request, form, None):
        messages.success(request, "The announcement is saved.")
        return redirect("operations:announcements")
    rows = Announcement.objects.select_related("created_by")
    page = page_of(rows, order=("-id",), limit=50, cursor=request.GET.get("cursor"))
    context = {"here": HERE, "page": page, "form": form, "now": now}
    return render(request, "operations/policies/announcements.html", context, status=422 if form.errors else 200)


@role_required(*STAFF)
@require_http_methods(PAGE)
def announcement(request: SignedInRequest, pk: UUID) -> HttpResponse:
    """Changes an announcement."""
    row = get_object_or_404(Announcement, pk=pk)
    initial = {name: getattr(row, name) for name in FIELDS}
    form = AnnouncementForm(request.POST if request.method == "POST" else None, initial=initial)
    if request.method == "POST" and _is_saved(request, form, row):
        messages.success(request, "The announcement is saved.")
        return redirect("operations:announcements")
    context = {"here": HERE, "announcement": row, "form": form, "now": clock.now()}
    return render(request, "operations/policies/announcement.html", context, status=422 if form.errors else 200)


@role_required(*STAFF)
@require_POST
def end_announcement(request: SignedInRequest, pk: UUID) -> HttpResponse:
    """Ends an announcement now, or removes one that has not begun."""
    require_right(request.user, "announce")
    services.end_announcement(announcement=get_object_or_404(Announcement, pk=pk), by=request.user)
    messages.success(request, "The announcement is no longer shown.")
    return redirect("operations:announcements")


def _is_saved(request: SignedInRequest, form: AnnouncementForm, row: Announcement | None) -> bool:
    require_right(request.user, "announce")
    if not form.is_valid():
        return False
    try:
        services.save_announcement(by=request.user, announcement=row, **form.cleaned_data)
    except Refused as refused:
        add_refusal(form, refused)
        return False
    return True
