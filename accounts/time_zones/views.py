"""The answer to the question whether to show times in the zone of the device."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.views.decorators.http import require_POST

from accounts import services
from accounts.access import SignedInRequest
from accounts.time_zones import services as zones
from core.access import signed_in
from core.requests import own_path
from core.zones import DEFAULT, browser_zone, known_zone, local_time


@signed_in
@require_POST
def zone(request: SignedInRequest) -> HttpResponse:
    """Uses the device's zone, keeps the account's, or goes back to UTC; then redirects to the page that asked."""
    user, former, answer = request.user, request.user.timezone, request.POST.get("answer")
    back = own_path(request.POST.get("next", ""), reverse("accounts:settings"))
    if answer == "undo":
        services.set_zone(user=user, zone=DEFAULT)
        services.keep_zone(user=user, instead_of=browser_zone(request) or former)
        messages.success(request, "Times are shown in UTC.")
        return redirect(back)
    device = known_zone(request.POST.get("zone", ""))
    if device is not None and answer == "keep":
        services.keep_zone(user=user, instead_of=device)
    elif device is not None and answer == "use":
        services.set_zone(user=user, zone=device)
        messages.success(request, f"Times are shown in {local_time(device)}.")
        return redirect(zones.page_after_change(user, former, back) or back if device != former else back)
    return redirect(back)
