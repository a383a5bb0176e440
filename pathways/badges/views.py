"""The page of a person's badges, the page of one award that they may share, its picture, and its Open Badges credential."""

from __future__ import annotations

from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe

from accounts.access import SignedInRequest
from core import clock
from core.access import public, signed_in
from core.requests import find_or_404
from pathways.badges import services as badges
from pathways.badges.open_badges import credential_of, issuer
from pathways.badges.pictures import draw_award
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
    progress = badges.badges_of(request.user, clock.now())
    earned = (badge for badge in progress if badge.award)
    open_badges = (badge for badge in progress if not badge.award and not badge.badge.is_hidden)
    context = {
        "earned": sorted(earned, key=lambda badge: badge.award.awarded_at, reverse=True),  # type: ignore[union-attr]  # all have an award
        "open": sorted(open_badges, key=lambda badge: -badge.percent),
    }
    return render(request, "pathways/badges/badges.html", context)


@public
@require_safe
def award(request: HttpRequest, token: str) -> HttpResponse:
    """Shows an award to its holder, and to everybody else only if it is public."""
    award = _visible(request, token)
    is_mine = award.client == request.user
    picture = f"{settings.SITE_URL}{reverse('pathways:award_picture', args=[award.token])}"
    context = {"award": award, "badge": award.badge, "is_mine": is_mine, "picture": picture}
    return _private(award, render(request, "pathways/badges/award.html", context))


@public
@require_safe
def award_picture(request: HttpRequest, token: str) -> HttpResponse:
    """Returns the picture that other sites show with a link to the award."""
    award = _visible(request, token)
    answer = HttpResponse(draw_award(award), content_type="image/png")
    answer["Cache-Control"] = "public, max-age=3600"
    return _private(award, answer)


@public
@require_safe
def award_credential(request: HttpRequest, token: str) -> HttpResponse:
    """Returns the award as an Open Badges 3.0 credential."""
    award = _visible(request, token)
    answer = JsonResponse(credential_of(award), content_type="application/ld+json")
    answer["Content-Disposition"] = f'attachment; filename="{award.badge.slug}.json"'
    return _private(award, answer)


@public
@require_safe
def badge_issuer(request: HttpRequest) -> HttpResponse:
    """Returns the profile of this site as an issuer of badges, which credentials name."""
    return JsonResponse(issuer(), content_type="application/ld+json")


def _visible(request: HttpRequest, token: str) -> Award:
    awards = Award.objects.standing().select_related("badge__pathway", "badge__skill", "client")
    award = get_object_or_404(awards, token=token)
    is_shown = award.is_public and award.client.is_active
    if not is_shown and award.client != request.user:
        raise Http404
    return award


def _private(award: Award, answer: HttpResponse) -> HttpResponse:
    """Keeps what only the holder may see out of caches."""
    if not award.is_public:
        answer["Cache-Control"] = "private, no-store"
    return answer
