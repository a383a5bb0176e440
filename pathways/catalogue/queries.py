"""Finds pathways by their names."""

from __future__ import annotations

from core.errors import Refusal, Refused
from pathways.models import Pathway


def pathway_named(slug: str, *, is_open: bool = False) -> Pathway:
    """Returns the pathway with this slug, in any case, or refuses it; with `is_open`, a closed one too. One query."""
    pathways = Pathway.objects.open() if is_open else Pathway.objects.all()
    pathway = pathways.filter(slug=slug.lower()).first()
    if pathway is None:
        raise Refused(Refusal.INVALID, fields={"pathway": ["There is no such pathway."]})
    return pathway
