"""`/api/pathways/enrolments` and `/api/pathways/progress`."""

from __future__ import annotations

from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.http import Http404
from django.shortcuts import get_object_or_404
from ninja import Body, Query, Router, Status

from accounts.access import SignedInRequest
from accounts.models import User
from accounts.queries import public_builder
from core.api import In, renamed_fields, signed_in
from core.errors import Refusal, Refused
from pathways.catalogue.queries import pathway_named
from pathways.models import Award, Enrolment, Pathway, Skill
from pathways.progress import enrolments, queries
from pathways.progress import services as progress
from pathways.progress.schemas import (
    BadgeOut,
    EnrolIn,
    EnrolmentAnswer,
    EnrolmentChange,
    EnrolmentOut,
    EnrolmentsAnswer,
    EvidenceIn,
    MovedAnswer,
    MoveIn,
    PathwayProgressOut,
    ProgressAnswer,
    StandingOut,
    enrolments_out,
)

router = Router(tags=["Pathways"])
ENROLMENTS = "/pathways/enrolments"


class ProgressQuery(In):
    client_id: UUID | None = None
    pathway_id: str | None = None


@router.get(
    ENROLMENTS,
    response=EnrolmentsAnswer,
    auth=signed_in,
    by_alias=True,
    summary="My enrolments",
    operation_id="pathways_progress_api_my_enrolments",
)
def my_enrolments(request: SignedInRequest) -> EnrolmentsAnswer:
    """Newest first."""
    own = list(Enrolment.objects.complete().filter(client=request.user))
    return EnrolmentsAnswer(enrolments=enrolments_out(own, queries.enrolment_summaries(own)))


@router.post(
    ENROLMENTS, response={201: EnrolmentAnswer}, auth=signed_in, by_alias=True, summary="Begin a pathway"
)  # fmt: skip
def begin_pathway(request: SignedInRequest, payload: Body[EnrolIn]) -> Status[EnrolmentAnswer]:
    with renamed_fields(builder="builder_id", pathway="pathway_id"):
        pathway = pathway_named(payload.pathway_id, is_open=True)
        enrolment = enrolments.enrol(client=request.user, pathway=pathway, builder=_builder(payload.builder_id))
    return Status(201, _answer(enrolment))


@router.patch(
    f"{ENROLMENTS}/{{uuid:id}}",
    response=EnrolmentAnswer,
    auth=signed_in,
    by_alias=True,
    summary="Change an enrolment",
    operation_id="pathways_progress_api_change_enrolment",
)
def change_enrolment(request: SignedInRequest, id: UUID, payload: Body[EnrolmentChange]) -> EnrolmentAnswer:
    """Its client pauses it, goes on, or changes the builder; a builder may give it back."""
    enrolment = Enrolment.objects.complete().filter(pk=id).first()
    is_mine = enrolment is not None and enrolment.client_id == request.user.pk
    if enrolment is None or not (is_mine or enrolment.builder_id == request.user.pk):
        raise Http404
    is_given_back = payload.model_fields_set == {"builder_id"} and payload.builder_id is None
    if not is_mine and not is_given_back:
        raise Refused(Refusal.FORBIDDEN)
    current = _answer(enrolment)
    if wrong := payload.changed(current.enrolment):
        raise Refused(Refusal.INVALID, fields={name: ["This cannot be changed."] for name in wrong})
    with transaction.atomic(), renamed_fields(builder="builder_id"):
        if "builder_id" in payload.model_fields_set:
            enrolment = enrolments.change_builder(
                enrolment=enrolment, builder=_builder(payload.builder_id), by=request.user
            )
        if payload.status is not None:
            enrolment = enrolments.change(enrolment=enrolment, status=payload.status, by=request.user)
    return _answer(enrolment)


def _builder(name: str | None) -> User | None:
    if name is None:
        return None
    profile = public_builder(name)
    if profile is None:
        raise Refused(Refusal.INVALID, fields={"builder": [enrolments.NO_BUILDER]})
    return profile.user


def _answer(enrolment: Enrolment) -> EnrolmentAnswer:
    return EnrolmentAnswer(enrolment=EnrolmentOut.of(enrolment, queries.enrolment_summaries([enrolment])[enrolment.pk]))


@router.get(
    "/pathways/progress",
    response=ProgressAnswer,
    auth=signed_in,
    by_alias=True,
    summary="How far somebody is",
    operation_id="pathways_progress_api_my_progress",
)
def my_progress(request: SignedInRequest, query: Query[ProgressQuery]) -> ProgressAnswer:
    """One's own; with `clientId`, a builder's client whose enrolment names them."""
    client = request.user
    visible = Enrolment.objects.complete()
    if query.client_id in (None, request.user.pk):
        visible = visible.filter(client=client)
    else:
        visible = visible.filter(client=query.client_id, builder=request.user)
        first = visible.first()
        if first is None:
            raise Http404
        client = first.client
    latest = {enrolment.pathway_id: enrolment for enrolment in visible.order_by("created_at")}
    own = list(latest.values())
    if query.pathway_id is not None:
        pathway = get_object_or_404(Pathway.objects.open(), slug=query.pathway_id.lower())
        own = [enrolment for enrolment in own if enrolment.pathway_id == pathway.pk]
        if not own and client != request.user:
            raise Http404
        if not own:
            rows = [queries.pathway_progress(client, pathway)]
            return ProgressAnswer(progress=[PathwayProgressOut.of(row) for row in rows], badges=_badges(client))
    rows = queries.pathways_progress(client, own)
    return ProgressAnswer(progress=[PathwayProgressOut.of(row) for row in rows], badges=_badges(client))


@router.post(
    "/pathways/progress",
    response=MovedAnswer,
    auth=signed_in,
    by_alias=True,
    summary="Move a skill",
    operation_id="pathways_progress_api_move_skill",
)
def move_skill(request: SignedInRequest, payload: Body[MoveIn]) -> MovedAnswer:
    """A completion that needs a builder's word, said by the client alone, stays IN_PROGRESS and asks them."""
    skill = Skill.objects.open().complete().filter(slug=payload.skill_id.lower()).first()
    if skill is None:
        raise Refused(Refusal.INVALID, fields={"skill_id": ["There is no such skill."]})
    client = request.user
    if payload.client_id not in (None, request.user.pk):
        client = get_object_or_404(User, pk=payload.client_id)
    evidence = (
        EvidenceIn(text=payload.evidence) if isinstance(payload.evidence, str) else payload.evidence or EvidenceIn()
    )
    progress.set_status(
        client=client, skill=skill, by=request.user, status=payload.status, comment=payload.comment,
        text=evidence.text, url=evidence.url,
    )  # fmt: skip
    return MovedAnswer(progress=StandingOut.of(queries.standing_of(client, skill)), badges=_badges(client))


def _badges(client: User) -> list[BadgeOut]:
    awards = Award.objects.standing().filter(client=client).select_related("badge")
    return [
        BadgeOut(
            slug=award.badge.slug,
            name=award.badge.name,
            description=award.badge.description,
            awarded_at=award.awarded_at,
            url=f"{settings.SITE_URL}{award.get_absolute_url()}" if award.is_public else None,
        )
        for award in awards
    ]
