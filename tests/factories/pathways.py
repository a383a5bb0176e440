"""Factories for the models of pathways."""

from __future__ import annotations

from factory.declarations import LazyFunction, Sequence, SubFactory
from factory.django import DjangoModelFactory

from core import clock
from core.ids import uuid7
from pathways.models import (
    AnsweredRequest,
    Award,
    Badge,
    BuilderSkill,
    CompletedSession,
    Enrolment,
    EnrolmentEvent,
    Evidence,
    Goal,
    GoalEvent,
    GoalStep,
    Pathway,
    Progress,
    ProgressEvent,
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


class AnsweredRequestFactory(DjangoModelFactory[AnsweredRequest]):
    class Meta:
        model = AnsweredRequest

    request = LazyFunction(uuid7)
    builder = SubFactory(BuilderFactory)
    asked_at = LazyFunction(clock.now)
    answered_at = LazyFunction(clock.now)


class CompletedSessionFactory(DjangoModelFactory[CompletedSession]):
    class Meta:
        model = CompletedSession

    booking = LazyFunction(uuid7)
    client = SubFactory(UserFactory)
    builder = SubFactory(BuilderFactory)
    starts_at = LazyFunction(clock.now)
    minutes = 60


class GoalFactory(DjangoModelFactory[Goal]):
    """Makes a goal in the client's own words, without steps."""

    class Meta:
        model = Goal

    client = SubFactory(UserFactory)
    kind = Goal.Kind.CUSTOM
    title = "Release the app"
    starts_on = LazyFunction(lambda: clock.now().date())


class GoalStepFactory(DjangoModelFactory[GoalStep]):
    class Meta:
        model = GoalStep

    goal = SubFactory(GoalFactory)
    text = "Write the description"


class GoalEventFactory(DjangoModelFactory[GoalEvent]):
    class Meta:
        model = GoalEvent

    goal = SubFactory(GoalFactory)
    at = LazyFunction(clock.now)
    verb = GoalEvent.Verb.CREATE


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
