"""`/api/pathways`: the list of pathways, and one pathway with its skills."""

from __future__ import annotations

from django.db.models import Count, Q
from django.http import HttpRequest
from django.shortcuts import get_object_or_404
from ninja import Router

from core.api import Out, SuccessBody, anyone
from pathways.models import Pathway, Skill

router = Router(tags=["Pathways"])


class PathwayOut(Out):
    id: str
    name: str
    description: str
    skill_count: int


class NeedOut(Out):
    slug: str
    name: str


class SkillOut(Out):
    slug: str
    name: str
    is_fundamental: bool
    summary: str
    description: str
    needs_builder: bool
    prerequisites: list[NeedOut]
    resources: list[dict[str, str]]

    @classmethod
    def of(cls, skill: Skill) -> SkillOut:
        return cls(
            **{name: getattr(skill, name) for name in ("slug", "name", "is_fundamental", "summary", "description")},
            needs_builder=skill.needs_builder,
            prerequisites=[NeedOut(slug=need.slug, name=need.name) for need in skill.needs.all()],
            resources=skill.resources,
        )


class WholePathway(PathwayOut):
    tiers: dict[str, list[SkillOut]]


class PathwayAnswer(SuccessBody):
    pathway: WholePathway


class CatalogueAnswer(SuccessBody):
    pathways: list[PathwayOut]


@router.get(
    "/pathways",
    response=CatalogueAnswer,
    auth=anyone,
    by_alias=True,
    summary="All pathways",
    operation_id="pathways_api_pathways",
)
def pathways(request: HttpRequest) -> CatalogueAnswer:
    return CatalogueAnswer(
        pathways=[
            PathwayOut(id=slug, name=name, description=description, skill_count=count)
            for slug, name, description, count in Pathway.objects.open()
            .annotate(count=Count("skills", filter=Q(skills__is_active=True)))
            .order_by("order", "name")  # a query with GROUP BY ignores the model's ordering
            .values_list("slug", "name", "description", "count")
        ]
    )


@router.get(
    "/pathways/{id}",
    response=PathwayAnswer,
    auth=anyone,
    by_alias=True,
    summary="One pathway",
    operation_id="pathways_api_pathway",
)
def pathway(request: HttpRequest, id: str) -> PathwayAnswer:
    """Its skills by tier, each with what has to come before it."""
    pathway = get_object_or_404(Pathway.objects.open(), slug=id.lower())
    skills = list(Skill.objects.open().complete().filter(pathways=pathway))
    tiers = {f"tier{tier}": [SkillOut.of(skill) for skill in skills if skill.tier == tier] for tier in (1, 2, 3)}
    return PathwayAnswer(
        pathway=WholePathway(
            id=pathway.slug, name=pathway.name, description=pathway.description, skill_count=len(skills), tiers=tiers
        )
    )
