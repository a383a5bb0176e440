"""Reads of awards for pages of other apps."""

from __future__ import annotations

from accounts.models import User
from core.compiled import CompiledQuery
from pathways.models import Award

_public = CompiledQuery(
    lambda person: Award.objects.standing().filter(client=person, is_public=True).select_related("badge__pathway")
)


def public_awards(person: User) -> list[Award]:
    """Returns the awards that the person shows to everybody, the newest first. One query."""
    return _public.rows(person.pk)
