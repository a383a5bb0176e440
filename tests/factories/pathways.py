"""Factories for the models of pathways."""

from __future__ import annotations

from factory.declarations import LazyFunction, Sequence, SubFactory
from factory.django import DjangoModelFactory

from core import clock
from pathways.models import (
    Award,
    Badge,
    BuilderSkill,
    Enrolment,
    EnrolmentEvent,
    Evidence,
    Pathway,
    Progress,
    ProgressEvent,
    SessionCount,
    Skill,
    SkillPrerequisite,
)
from tests.factories.accounts import BuilderFactory, UserFactory


class PathwayFactory(DjangoModelFactory[Pathway]):
    class Meta:
        model = Pathway

    slug = Sequence(lambda number: f"pathway-{number}")
    name = Sequence(lambda number: f"Pathway {number}")
    tagline = "From here to there."
    description = "Three tiers of skills."
    for_whom = "You want to get there."
    tier1 = "Begin"
    tier2 = "Go on"
    tier3 = "Finish"
    look = Pathway.Look.SPARK


class SkillFactory(DjangoModelFactory[Skill]):
    class Meta:
        model = Skill

    slug = Sequence(lambda number: f"skill-{number}")
    name = Sequence(lambda number: f"Skill {number}")
    tier = Skill.Tier.FIRST
    summary = "One thing."
    description = "Why it matters."


class SkillPrerequisiteFactory(DjangoModelFactory[SkillPrerequisite]):
    class Meta:
        model = SkillPrerequisite

    skill = SubFactory(SkillFactory)
    needed = SubFactory(SkillFactory)


class BuilderSkillFactory(DjangoModelFactory[BuilderSkill]):
    class Meta:
        model = BuilderSkill

    builder = SubFactory(BuilderFactory)
    skill = SubFactory(SkillFactory)


class EnrolmentFactory(DjangoModelFactory[Enrolment]):
    class Meta:
        model = Enrolment

    client = SubFactory(UserFactory)
    pathway = SubFactory(PathwayFactory)


class EnrolmentEventFactory(DjangoModelFactory[EnrolmentEvent]):
    class Meta:
        model = EnrolmentEvent

    enrolment = SubFactory(EnrolmentFactory)
    at = LazyFunction(clock.now)
    verb = EnrolmentEvent.Verb.ENROL


class ProgressFactory(DjangoModelFactory[Progress]):
    class Meta:
        model = Progress

    client = SubFactory(UserFactory)
    skill = SubFactory(SkillFactory)
    status = Progress.Status.IN_PROGRESS


class ProgressEventFactory(DjangoModelFactory[ProgressEvent]):
    class Meta:
        model = ProgressEvent

    progress = SubFactory(ProgressFactory)
    at = LazyFunction(clock.now)
    verb = ProgressEvent.Verb.START
    before = {"status": Progress.Status.UNTOUCHED}


class EvidenceFactory(DjangoModelFactory[Evidence]):
    class Meta:
        model = Evidence

    progress = SubFactory(ProgressFactory)
    text = "Look what I made."


class SessionCountFactory(DjangoModelFactory[SessionCount]):
    class Meta:
        model = SessionCount

    client = SubFactory(UserFactory)
    sessions = 1


class BadgeFactory(DjangoModelFactory[Badge]):
    """Makes a badge for a number of sessions."""

    class Meta:
        model = Badge

    slug = Sequence(lambda number: f"badge-{number}")
    name = Sequence(lambda number: f"Badge {number}")
    description = "Has had a session."
    rule = Badge.Rule.SESSIONS
    count = 1


class AwardFactory(DjangoModelFactory[Award]):
    class Meta:
        model = Award

    badge = SubFactory(BadgeFactory)
    client = SubFactory(UserFactory)
    awarded_at = LazyFunction(clock.now)
