"""The migration that renames keys in the JSON of listings."""

from __future__ import annotations

from typing import Any

import pytest
from django.core.management import call_command
from django.db import connection

from marketplace import listings
from marketplace.models import BuilderListing, Specialisation
from pathways.models import Pathway, Skill
from tests.cast import make_builder_person


def json_columns() -> tuple[Any, ...]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT skills::text, specialisations::text FROM marketplace_builderlisting")
        row = cursor.fetchone()
    return tuple(row or ())


@pytest.fixture
def listed(committed: None) -> None:
    ada = make_builder_person("Ada Moreno")
    ada.teaches.create(skill=Skill.objects.get(slug="teach-it"))
    Specialisation.objects.create(builder=ada.builder_profile, pathway=Pathway.objects.get(slug="play"))
    listings.refresh([ada.pk])


@pytest.mark.slow
def test_keys_of_listings_are_renamed_both_ways(listed: None) -> None:
    call_command("migrate", "marketplace", "0001_listings", verbosity=0)
    skills, specialisations = json_columns()
    call_command("migrate", verbosity=0)

    assert '"isFundamental": false' in skills
    assert '"isActive": true' in specialisations
    listing = BuilderListing.objects.get()
    assert listing.skills[0]["is_fundamental"] is False
    assert listing.active_pathways[0]["slug"] == "play"
