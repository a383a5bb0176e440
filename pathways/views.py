"""The pathways' public pages."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe

from core.access import public
from pathways.models import Pathway
from pathways.trees import tree_of


@public
@require_safe
def overview(request: HttpRequest) -> HttpResponse:
    return render(request, "pathways/overview.html", {"pathways": Pathway.objects.open()})


@public
@require_safe
def pathway(request: HttpRequest, slug: str) -> HttpResponse:
    found = get_object_or_404(Pathway.objects.open(), slug=slug)
    others = Pathway.objects.open().exclude(pk=found.pk)
    context = {"pathway": found, "others": others, "tree": tree_of(found)}
    return render(request, "pathways/pathway.html", context)
