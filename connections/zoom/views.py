"""The page on which a builder says how their Zoom meetings should be."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods

from accounts.access import SignedInRequest
from accounts.roles import Role
from connections.oauth.models import LinkedAccount
from connections.zoom import services
from connections.zoom.forms import ZoomSettingsForm
from connections.zoom.models import ZoomSettings
from core.access import role_required


@role_required(Role.BUILDER)
@require_http_methods(["GET", "HEAD", "POST"])
def zoom(request: SignedInRequest) -> HttpResponse:
    """Shows and saves the settings; without a Zoom account there are none. Works with the feature switched off too."""
    account = get_object_or_404(LinkedAccount, owner=request.user.pk, service=services.NAME)
    wishes = ZoomSettings.objects.filter(account=account).first()
    form = ZoomSettingsForm(request.POST if request.method == "POST" else None, instance=wishes)
    if request.method == "POST" and form.is_valid():
        services.save_settings(owner=request.user, **form.cleaned_data)
        messages.success(request, "Saved. New meetings will use these settings.")
        return redirect("scheduling:connections")
    context = {"form": form, "account": account}
    return render(request, "connections/zoom.html", context, status=422 if form.errors else 200)
