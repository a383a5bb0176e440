"""The API schemas of goals."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Annotated, Any, Literal
from uuid import UUID

from pydantic import BeforeValidator, Field, StringConstraints

from core.api import Day, In, Line, OneLine, Out, SuccessBody, Truth, Whole
from core.openapi import enum_of
from pathways.goals.queries import GoalProgress
from pathways.models import Goal


def _lower(value: object) -> object:
    return value.lower() if isinstance(value, str) else value


GoalKind = Annotated[Literal["skill", "tier", "pathway", "sessions", "hours", "custom"], BeforeValidator(_lower)]
AnyGoalStatus = Annotated[Literal["suggested", "active", "reached", "missed", "dropped"], BeforeValidator(_lower)]
GoalStatus = Annotated[Literal["active", "reached", "dropped"], BeforeValidator(_lower)]
GoalTitle = Annotated[Line, StringConstraints(max_length=120)]
StepText = Annotated[OneLine, StringConstraints(min_length=1, max_length=200)]
ShortName = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=80)]


class GoalStepOut(Out):
    id: UUID
    text: str
    done: bool


class GoalOut(Out):
    """`target` and `progress` are in `unit`: skills, sessions, hours or steps."""

    id: UUID
    kind: Annotated[str, enum_of(Goal.Kind.values)]
    title: str
    skill_id: str | None
    pathway_id: str | None
    tier: int | None
    target: float
    progress: float
    unit: Annotated[str, enum_of(["skill", "session", "hour", "step"])]
    starts_on: date
    deadline: date | None
    forecast: date | None
    status: Annotated[str, enum_of(Goal.Status.values)]
    shared_with: UUID | None
    suggested_by: UUID | None
    remind_days: list[int]
    steps: list[GoalStepOut]

    @classmethod
    def of(cls, progress: GoalProgress) -> GoalOut:
        goal = progress.goal
        return cls(
            id=goal.pk,
            kind=goal.kind,
            title=goal.title,
            skill_id=goal.skill.slug if goal.skill else None,
            pathway_id=goal.pathway.slug if goal.pathway else None,
            tier=goal.tier,
            target=_number(progress.target),
            progress=_number(progress.done),
            unit=progress.unit,
            starts_on=goal.starts_on,
            deadline=goal.deadline,
            forecast=progress.forecast,
            status=goal.status,
            shared_with=goal.shared_with_id,
            suggested_by=goal.suggested_by_id,
            remind_days=goal.remind_days,
            steps=[GoalStepOut(id=step.pk, text=step.text, done=step.done_at is not None) for step in goal.steps.all()],
        )


def _number(amount: Decimal) -> float:
    return float(round(amount, 2))


class GoalsAnswer(SuccessBody):
    goals: list[GoalOut]


class GoalAnswer(SuccessBody):
    goal: GoalOut


class GoalIn(In):
    """A kind needs just its own: a skill; a pathway and a tier; a pathway; a target; a title, perhaps with steps. With
    `clientId`, a builder suggests the goal to one of the clients of their sessions or pathways."""

    kind: GoalKind
    title: GoalTitle = ""
    skill_id: ShortName | None = None
    pathway_id: ShortName | None = None
    tier: Whole | None = None
    target: Whole | None = None
    starts_on: Day | None = None
    deadline: Day | None = None
    remind_days: Annotated[list[Whole], Field(max_length=5)] = []
    steps: Annotated[list[StepText], Field(max_length=50)] = []
    shared_with: ShortName | None = None
    client_id: UUID | None = None


class StepChange(In):
    id: UUID
    done: Truth


class GoalChange(In):
    """What is named changes. `status` drops a goal, takes it up again, accepts a suggested one (`active`), or marks a
    `custom` one without steps as reached. `step` ticks one step. Both are sent on their own."""

    title: GoalTitle | None = None
    skill_id: ShortName | None = None
    pathway_id: ShortName | None = None
    tier: Whole | None = None
    target: Whole | None = None
    starts_on: Day | None = None
    deadline: Day | None = None
    remind_days: Annotated[list[Whole], Field(max_length=5)] | None = None
    steps: Annotated[list[StepText], Field(max_length=50)] | None = None
    shared_with: ShortName | None = None
    status: GoalStatus | None = None
    step: StepChange | None = None

    def named(self) -> dict[str, Any]:
        """Returns what was sent."""
        return {name: getattr(self, name) for name in self.model_fields_set}
