"""`/api/coach/config`: a builder's session config, which has their durations and prices."""

from __future__ import annotations

from django.http import Http404, HttpRequest
from ninja import Body, Router

from accounts.access import SignedInRequest, builder_only
from accounts.queries import public_builder
from accounts.roles import Role
from coaching import services
from coaching.models import Offer
from coaching.schemas import ConfigAnswer, ConfigIn, SessionConfig
from coaching.terms import offer_of
from core.api import anyone, renamed_fields
from core.errors import Refusal, Refused

router = Router(tags=["Coaching"])


@router.get("/coach/config", response=ConfigAnswer, auth=anyone, by_alias=True, summary="A builder's session config")
def config(request: HttpRequest, coachId: str | None = None) -> ConfigAnswer:  # noqa: N803  (its name on the wire)
    """Without `coachId` your own; anybody's where it is active."""
    if coachId is None:
        return ConfigAnswer(session_config=SessionConfig.of(_own_offer(request)))
    profile = public_builder(coachId)
    offer = Offer.objects.prefetch_related("durations").filter(pk=profile.pk).first() if profile else None
    if offer is None or not (offer.is_active or offer.pk == request.user.pk):
        raise Http404
    return ConfigAnswer(session_config=SessionConfig.of(offer))


@router.post("/coach/config", response=ConfigAnswer, auth=builder_only, by_alias=True, summary="Create or replace mine")
def save_config(request: SignedInRequest, payload: Body[ConfigIn]) -> ConfigAnswer:
    with renamed_fields(prices="rates"):
        services.save_config(builder=request.user, config=payload.config())
    return ConfigAnswer(session_config=SessionConfig.of(offer_of(request.user.pk)))


def _own_offer(request: HttpRequest) -> Offer:
    if not request.user.is_authenticated:
        raise Refused(Refusal.NOT_AUTHENTICATED)
    if Role.BUILDER not in request.user.roles:
        raise Refused(Refusal.FORBIDDEN)
    return offer_of(request.user.pk)
