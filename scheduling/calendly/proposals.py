"""Proposes a category for a new event type by the words in its name. The builder decides."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from coaching.models import SessionType
from pathways.models import Pathway

FREE = re.compile(
    r"\b(free|intro|introduction|introductory|discovery|getting started|get to know|kennenlernen)\b", re.I
)


@dataclass(frozen=True)
class ProposedTerms:
    category: str
    pathways: tuple[Pathway, ...] = ()


def proposal_for(name: str, pathways: Sequence[Pathway]) -> ProposedTerms:
    """Returns the category that the name suggests: a pathway that it names, else free for first talks, else paid."""
    named = tuple(row for row in pathways if re.search(rf"\b{re.escape(row.name)}\b", name, re.I))
    if named:
        return ProposedTerms(SessionType.Category.PATHWAY, named)
    return ProposedTerms(SessionType.Category.FREE if FREE.search(name) else SessionType.Category.SPECIALIZED)
