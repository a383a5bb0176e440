"""The account page, applying to become a builder, notifications, and where signing in leads."""

from __future__ import annotations

from uuid import UUID

from django.conf import settings as site_settings
from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts import applications, notifications, services
from accounts import places as find_places
from accounts.access import SignedInRequest
from accounts.forms import ApplicationForm, PersonForm
from accounts.models import BuilderApplication, ClientProfile
from accounts.roles import Role
from accounts.time_zones import services as zones
from core.access import public, signed_in
from core.hour_format import COOKIE, HourFormat
from core.htmx import render_page
from core.registry import first_page_for
from core.requests import own_path

YEAR = 60 * 60 * 24 * 365


@signed_in
@require_safe
def start(request: SignedInRequest) -> HttpResponse:
    """Redirects after signing in: builders to their dashboard, staff to operations, others to their first page."""
    if Role.BUILDER in request.user.roles:
        return redirect("marketplace:dashboard")
    if request.user.is_staff:
        return redirect("operations:front")
    return redirect(first_page_for(request) or "marketplace:home")


@signed_in
@require_http_methods(["GET", "HEAD", "POST"])
def settings(request: SignedInRequest) -> HttpResponse:
    """Edits the person's details and links to the other account pages.

    After a change of time zone, it leads to the page that asks what else should move, if an app registered one.
    """
    former = request.user.timezone
    client = ClientProfile.objects.filter(user=request.user).first()
    form = PersonForm(
        request.POST or None,
        instance=request.user,
        initial={"about": client.about if client else "", "place": request.user.place},
    )
    if request.method == "POST" and form.is_valid():
        services.update_person(user=request.user, **form.cleaned_data)
        messages.success(request, "Your details have been saved.")
        here = reverse("accounts:settings")
        is_moved = request.user.timezone != former
        return redirect(zones.page_after_change(request.user, former, here) or here if is_moved else here)
    return render(request, "accounts/settings.html", {"form": form}, status=422 if form.errors else 200)


@signed_in
@require_http_methods(["GET", "HEAD", "POST"])
def apply(request: SignedInRequest) -> HttpResponse:
    """Sends an application to become a builder, which leads to the first steps, and shows the latest one."""
    if Role.BUILDER in request.user.roles:
        return redirect("marketplace:listing")
    latest = BuilderApplication.objects.filter(user=request.user).first()
    form = ApplicationForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        application = applications.apply(user=request.user, **form.cleaned_data)
        is_open = application.state == BuilderApplication.State.OPEN
        message = "Application sent. We will answer here and by mail." if is_open else "You are now a builder."
        messages.success(request, message)
        return redirect("marketplace:first_steps")
    is_open = latest is not None and latest.state == BuilderApplication.State.OPEN
    context = {"form": form, "latest": latest, "may_prepare": is_open and applications.may_prepare(request.user)}
    context["is_answered"] = site_settings.BUILDERS_APPROVED != applications.AUTOMATICALLY
    return render(request, "accounts/apply.html", context, status=422 if form.errors else 200)


@signed_in
@require_safe
def notifications_page(request: SignedInRequest) -> HttpResponse:
    page = Paginator(request.user.notifications.all(), 20).get_page(request.GET.get("page"))
    return render_page(request, "accounts/notifications.html", {"page": page}, parts=("notifications",))


@signed_in
@require_safe
def bell(request: SignedInRequest) -> HttpResponse:
    """Renders the bell of the page header with the number of unread notifications. Pages fetch it again on changes."""
    return render(request, "core/_bell.html")


@signed_in
@require_POST
def read_all(request: SignedInRequest) -> HttpResponse:
    notifications.read(person=request.user)
    return redirect("accounts:notifications")


@signed_in
@require_POST
def open_notification(request: SignedInRequest, pk: UUID) -> HttpResponse:
    """Marks a notification as read and redirects to its page."""
    notification = get_object_or_404(request.user.notifications, pk=pk)
    notifications.read(person=request.user, notification=pk)
    return redirect(notification.url)


@public
@require_safe
def places(request: HttpRequest) -> JsonResponse:
    """Returns towns that begin with what was typed, as JSON."""
    suggestions = [str(place) for place in find_places.suggest(request.GET.get("q", "")[:80])]
    return JsonResponse({"places": suggestions})


@public
@require_POST
def hour_format(request: HttpRequest) -> HttpResponse:
    """Changes between 12 and 24 hours: in the account, or in a cookie for visitors who are not signed in."""
    chosen = request.POST.get("clock", "")
    response = redirect(own_path(request.POST.get("next", ""), "/"))
    if chosen not in HourFormat.values:
        return response
    if request.user.is_authenticated:
        services.set_hour_format(user=request.user, hour_format=HourFormat(chosen))
    else:
        response.set_cookie(COOKIE, chosen, max_age=YEAR, httponly=True, samesite="Lax", secure=site_settings.HTTPS)
    return response
