"""Finding pathways by their names."""

from __future__ import annotations

import pytest

from core.errors import Refused
from pathways.catalogue.queries import pathway_named
from pathways.models import Pathway

pytestmark = pytest.mark.django_db


def test_a_pathway_is_found_by_its_slug_in_any_case() -> None:
    assert pathway_named("PLAY") == Pathway.objects.get(slug="play")


@pytest.mark.parametrize("is_open", [True, False])
def test_an_unknown_pathway_is_refused(is_open: bool) -> None:
    with pytest.raises(Refused) as refused:
        pathway_named("juggling", is_open=is_open)

    assert refused.value.fields == {"pathway": ["There is no such pathway."]}


def test_a_closed_pathway_is_only_found_where_it_need_not_be_open() -> None:
    Pathway.objects.filter(slug="play").update(is_active=False)

    assert pathway_named("play").slug == "play"
    with pytest.raises(Refused):
        pathway_named("play", is_open=True)
