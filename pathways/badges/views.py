"""The page of a client's badges, and the page of one award that they may share."""

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
    """Lists earned badges and those still open, nearest first; POST makes an award's page public or private."""
    if request.method == "POST":
        award = find_or_404(Award.objects.standing().filter(client=request.user), request.POST.get("award"))
        is_public = request.POST.get("show") == "yes"
        badges.publish(award=award, is_public=is_public)
        messages.success(
            request, "Anybody with the link can see it now." if is_public else "Only you can see it again."
        )
        return redirect("pathways:badges")
    progress = badges.badges_of(request.user)
    earned = (badge for badge in progress if badge.award)
    context = {
        "earned": sorted(earned, key=lambda badge: badge.award.awarded_at, reverse=True),  # type: ignore[union-attr]  # all have an award
        "open": sorted((badge for badge in progress if not badge.award), key=lambda badge: -badge.percent),
    }
    return render(request, "pathways/badges/badges.html", context)


@public
@require_safe
def award(request: HttpRequest, token: str) -> HttpResponse:
    """Shows an award to its holder, and to everybody else only if it is public."""
    award = get_object_or_404(
        Award.objects.standing().select_related("badge__pathway", "badge__skill", "client"), token=token
    )
    is_mine = award.client == request.user
    if not award.is_public and not is_mine:
        award = get_object_or_404(Award.objects.none())
    response = render(request, "pathways/badges/award.html", {"award": award, "badge": award.badge, "is_mine": is_mine})
    if not award.is_public:
        response["Cache-Control"] = "private, no-store"
    return response
