"""A person's badges, and the public page of one that they show."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods, require_safe

from accounts.access import SignedInRequest
from core.access import public, signed_in
from core.requests import find_or_404
from pathways.badges import services as badges
from pathways.models import Award


@signed_in
@require_http_methods(["GET", "HEAD", "POST"])
def my_badges(request: SignedInRequest) -> HttpResponse:
    """What one has, what is near, and which of them others may see."""
    if request.method == "POST":
        award = find_or_404(Award.objects.standing().filter(client=request.user), request.POST.get("award"))
        is_public = request.POST.get("show") == "yes"
        badges.publish(award=award, is_public=is_public)
        messages.success(
            request, "Anybody with its address can see it now." if is_public else "It is yours alone again."
        )
        return redirect("pathways:badges")
    found = badges.badges_of(request.user)
    context = {
        "earned": sorted((each for each in found if each.award), key=lambda each: each.award.awarded_at, reverse=True),  # type: ignore[union-attr]
        "open": sorted((each for each in found if not each.award), key=lambda each: -each.percent),
    }
    return render(request, "pathways/badges/badges.html", context)


@public
@require_safe
def award(request: HttpRequest, token: str) -> HttpResponse:
    """Somebody's badge, if they show it. They see it themselves in any case."""
    found = get_object_or_404(
        Award.objects.standing().select_related("badge__pathway", "badge__skill", "client"), token=token
    )
    is_mine = found.client == request.user
    if not found.is_public and not is_mine:
        found = get_object_or_404(Award.objects.none())
    response = render(request, "pathways/badges/award.html", {"award": found, "badge": found.badge, "is_mine": is_mine})
    if not found.is_public:
        response["Cache-Control"] = "private, no-store"
    return response
