"""`/api/pathways`: the pathways there are."""

from __future__ import annotations

from django.http import HttpRequest
from ninja import Router

from core.api import Answer, Out, anyone
from pathways.models import Pathway

router = Router(tags=["Pathways"])


class PathwayOut(Out):
    id: str
    name: str
    description: str
    skill_count: int


class PathwaysAnswer(Answer):
    pathways: list[PathwayOut]


@router.get("/pathways", response=PathwaysAnswer, auth=anyone, by_alias=True, summary="All pathways")
def pathways(request: HttpRequest) -> PathwaysAnswer:
    return PathwaysAnswer(
        pathways=[
            PathwayOut(id=found.slug, name=found.name, description=found.description, skill_count=0)
            for found in Pathway.objects.open()
        ]
    )
