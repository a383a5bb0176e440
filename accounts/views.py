"""The account page and the signpost after signing in."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods, require_safe

from accounts import services
from accounts.access import PersonRequest
from accounts.forms import BuilderForm, PersonForm
from accounts.models import BuilderProfile
from accounts.roles import Role
from core.access import role_required, signed_in


@signed_in
@require_safe
def start(request: PersonRequest) -> HttpResponse:
    """Where signing in leads: each role to where its day begins."""
    if Role.BUILDER in request.user.roles:
        return redirect("marketplace:dashboard")
    if request.user.is_staff:
        return redirect("admin:index")
    return redirect("marketplace:home")


@signed_in
@require_http_methods(["GET", "HEAD", "POST"])
def settings(request: PersonRequest) -> HttpResponse:
    """One's own name and zone, and the way to everything else about the account."""
    form = PersonForm(request.POST or None, instance=request.user)
    if request.method == "POST" and form.is_valid():
        services.update_person(user=request.user, **form.cleaned_data)
        messages.success(request, "Your details are saved.")
        return redirect("accounts:settings")
    return render(request, "accounts/settings.html", {"form": form}, status=422 if form.errors else 200)


@role_required(Role.BUILDER)
@require_http_methods(["GET", "HEAD", "POST"])
def profile(request: PersonRequest) -> HttpResponse:
    """A builder's public profile, edited."""
    found = get_object_or_404(BuilderProfile, user=request.user)
    form = BuilderForm(request.POST or None, instance=found)
    if request.method == "POST" and form.is_valid():
        services.update_builder(profile=found, **form.cleaned_data)
        messages.success(request, "Your profile is saved.")
        return redirect("accounts:profile")
    return render(
        request, "accounts/profile.html", {"form": form, "profile": found}, status=422 if form.errors else 200
    )
