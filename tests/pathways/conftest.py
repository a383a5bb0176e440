"""Fixtures of a client on a pathway."""

from __future__ import annotations

import pytest

from accounts.models import User
from pathways.models import Enrolment, Pathway, Skill
from pathways.progress import enrolments


@pytest.fixture
def play(db: None) -> Pathway:
    return Pathway.objects.get(slug="play")


@pytest.fixture
def led(play: Pathway, cleo: User, ada: User) -> Enrolment:
    """Cleo's enrolment in Play, with Ada as her builder."""
    return enrolments.enrol(client=cleo, pathway=play, builder=ada)


def skill(slug: str) -> Skill:
    return Skill.objects.complete().get(slug=slug)
