"""The first steps of a builder, from applying to a page on which clients can book."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import Exists, OuterRef, Q, QuerySet

from accounts.models import BuilderProfile
from accounts.services import update_builder
from coaching.models import SessionType
from core import clock
from core.compiled import CompiledQuery
from core.errors import Refusal, Refused
from marketplace.models import FirstSteps
from scheduling.models import Schedule

PROFILE, HOURS, OFFER, PLACE, PUBLISH = STEPS = ("profile", "hours", "offer", "place", "publish")
LABELS = {
    PROFILE: "Describe what you do, with a picture",
    HOURS: "Set your working hours",
    OFFER: "Offer a session",
    PLACE: "Choose where you meet",
    PUBLISH: "Publish your page",
}


@dataclass(frozen=True)
class FirstStep:
    name: str
    is_done: bool
    is_skipped: bool

    @property
    def label(self) -> str:
        return LABELS[self.name]

    @property
    def is_open(self) -> bool:
        return not self.is_done and not self.is_skipped


@dataclass(frozen=True)
class Checklist:
    """The first steps of one builder. The dashboard shows them until all are done, or the builder hides them."""

    steps: Sequence[FirstStep]
    is_hidden: bool = False

    @property
    def done(self) -> int:
        return sum(step.is_done for step in self.steps)

    @property
    def percent(self) -> int:
        return self.done * 100 // len(self.steps)

    @property
    def is_complete(self) -> bool:
        return self.done == len(self.steps)

    @property
    def is_shown(self) -> bool:
        return not self.is_hidden and not self.is_complete

    @property
    def next(self) -> FirstStep | None:
        """The first step that is neither done nor skipped."""
        return next((step for step in self.steps if step.is_open), None)

    def step(self, name: str) -> FirstStep | None:
        return next((step for step in self.steps if step.name == name), None)


def checklist_of(profile: BuilderProfile) -> Checklist:
    """Returns the builder's first steps. One query."""
    [(skipped, hidden_at, has_hours, has_offer, has_place)] = _taken.rows(profile.pk)
    done = {
        PROFILE: bool(profile.headline and profile.user.avatar),
        HOURS: has_hours,
        OFFER: has_offer,
        PLACE: bool(profile.meeting_url or profile.has_zoom or has_place),
        PUBLISH: profile.is_published,
    }
    steps = [FirstStep(name, done[name], name in (skipped or [])) for name in STEPS]
    return Checklist(steps, hidden_at is not None)


def _steps_taken(builder: UUID) -> QuerySet[BuilderProfile, Any]:
    offers = SessionType.objects.filter(builder=OuterRef("pk"), is_active=True)
    return BuilderProfile.objects.filter(pk=builder).values_list(
        "first_steps__skipped",
        "first_steps__hidden_at",
        Exists(Schedule.objects.filter(builder=OuterRef("pk"), is_default=True)),
        Exists(offers),
        Exists(offers.filter(~Q(meeting_url="") | Q(is_in_person=True))),
    )


_taken = CompiledQuery(_steps_taken)


@transaction.atomic
def skip(*, profile: BuilderProfile, step: str) -> None:
    """Marks a step as skipped, so that the next one is offered. It stays on the list."""
    if step not in STEPS:
        raise Refused(Refusal.INVALID, fields={"step": ["There is no such step."]})
    saved = _lock(profile)
    if step not in saved.skipped:
        saved.skipped = [*saved.skipped, step]
        saved.save(update_fields=["skipped", "changed_at"])


@transaction.atomic
def set_hidden(*, profile: BuilderProfile, is_hidden: bool) -> None:
    """Hides the list on the dashboard, or shows it there again."""
    saved = _lock(profile)
    saved.hidden_at = clock.now() if is_hidden else None
    saved.save(update_fields=["hidden_at", "changed_at"])


def publish(*, profile: BuilderProfile) -> BuilderProfile:
    """Shows the builder's page to everyone; refuses applicants who are not approved yet."""
    return update_builder(profile=profile, is_published=True)


def _lock(profile: BuilderProfile) -> FirstSteps:
    FirstSteps.objects.get_or_create(builder=profile)
    return FirstSteps.objects.select_for_update().get(pk=profile.pk)
