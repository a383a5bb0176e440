"""`/api/goals`."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.db.models import QuerySet
from django.http import Http404
from ninja import Body, Query, Router, Status

from accounts.access import SignedInRequest
from accounts.models import User
from accounts.queries import public_builder
from core import clock
from core.api import In, SuccessBody, renamed_fields, signed_in
from core.errors import Refusal, Refused
from pathways.goals import queries, services
from pathways.goals.queries import open_rows
from pathways.goals.schemas import AnyGoalStatus, GoalAnswer, GoalChange, GoalIn, GoalOut, GoalsAnswer
from pathways.goals.services import GoalDetails
from pathways.models import Goal

router = Router(tags=["Goals"])
RENAMED = {"skill": "skill_id", "pathway": "pathway_id"}
UNKNOWN = {"skill_id": "There is no such skill.", "pathway_id": "There is no such pathway."}
NO_BUILDER = "There is no such builder."
ALONE = "Send this on its own."


class GoalsQuery(In):
    status: AnyGoalStatus | None = None
    client_id: UUID | None = None


@router.get("/goals", response=GoalsAnswer, auth=signed_in, by_alias=True, summary="My goals")
def my_goals(request: SignedInRequest, query: Query[GoalsQuery]) -> GoalsAnswer:
    """Those with the nearest deadline first. With `clientId`, the goals that this client shares with the builder, and
    those that the builder has suggested to them."""
    if query.client_id in (None, request.user.pk):
        goals: QuerySet[Goal] = queries.goals_of(request.user)
    else:
        goals = Goal.objects.visible_to(request.user).complete().filter(client=query.client_id)
        goals = goals.order_by("deadline", "-id")
    if query.status is not None:
        goals = goals.filter(status=query.status)
    return GoalsAnswer(goals=[GoalOut.of(row) for row in queries.progress_of(goals, clock.now_of(request))])


@router.post("/goals", response={201: GoalAnswer}, auth=signed_in, by_alias=True, summary="Set a goal")
def set_goal(request: SignedInRequest, payload: Body[GoalIn]) -> Status[GoalAnswer]:
    person = request.user
    values = payload.model_dump(exclude={"client_id"})
    with renamed_fields(**RENAMED):
        if payload.client_id is None or payload.client_id == person.pk:
            goal = services.create(client=person, details=_details(values, person))
        else:
            details = _details(values | {"shared_with": None}, person)
            goal = services.suggest(client=_client_of(person, payload.client_id), builder=person, details=details)
    return Status(201, _goal_answer(request, goal))


@router.get("/goals/{uuid:id}", response=GoalAnswer, auth=signed_in, by_alias=True, summary="One goal")
def one_goal(request: SignedInRequest, id: UUID) -> GoalAnswer:
    """Its client sees it, and the builder with whom it is shared."""
    return _goal_answer(request, queries.goal_for(request.user, id))


@router.patch("/goals/{uuid:id}", response=GoalAnswer, auth=signed_in, by_alias=True, summary="Change a goal")
def change_goal(request: SignedInRequest, id: UUID, payload: Body[GoalChange]) -> GoalAnswer:
    goal = queries.goal_for(request.user, id)
    named = payload.named()
    for name in ("status", "step"):
        if named.get(name) is not None and len(named) > 1:
            raise Refused(Refusal.INVALID, fields={name: [ALONE]})
    if payload.status is not None:
        goal = _set_status(goal, payload.status, request.user)
    elif payload.step is not None:
        step = goal.steps.filter(pk=payload.step.id).first()
        if step is None:
            raise Refused(Refusal.INVALID, fields={"step": ["There is no such step."]})
        goal = services.set_step(goal=goal, step=step, by=request.user, is_done=payload.step.done)
    else:
        named = {name: value for name, value in named.items() if name not in ("status", "step")}
        with renamed_fields(**RENAMED):
            details = _details(_present(goal) | _filled(named), request.user, goal)
            goal = services.change(goal=goal, details=details, by=request.user)
    return _goal_answer(request, goal)


@router.delete("/goals/{uuid:id}", response=SuccessBody, auth=signed_in, by_alias=True, summary="Delete a goal")
def delete_goal(request: SignedInRequest, id: UUID) -> SuccessBody:
    """Its client deletes it; a builder withdraws a suggestion that was not answered yet."""
    services.delete(goal=queries.goal_for(request.user, id), by=request.user)
    return SuccessBody()


def _set_status(goal: Goal, status: str, by: User) -> Goal:
    if status == Goal.Status.DROPPED:
        return services.drop(goal=goal, by=by)
    if status == Goal.Status.REACHED:
        return services.mark_done(goal=goal, by=by, is_done=True)
    if goal.status == Goal.Status.SUGGESTED:
        return services.accept(goal=goal, by=by)
    if goal.status == Goal.Status.REACHED:
        return services.mark_done(goal=goal, by=by, is_done=False)
    if goal.status == Goal.Status.DROPPED:
        return services.resume(goal=goal, by=by)
    return goal


def _present(goal: Goal) -> dict[str, Any]:
    names = ("kind", "title", "tier", "target", "starts_on", "deadline", "remind_days")
    return {name: getattr(goal, name) for name in names} | {
        "skill_id": goal.skill.slug if goal.skill else None,
        "pathway_id": goal.pathway.slug if goal.pathway else None,
        "steps": [step.text for step in goal.steps.all()],
        "shared_with": str(goal.shared_with_id) if goal.shared_with_id else None,
    }


def _filled(named: dict[str, Any]) -> dict[str, Any]:
    """Returns what was sent, with nothing in place of null for texts and lists."""
    empty = {"title": "", "remind_days": [], "steps": []}
    return {name: empty.get(name) if value is None else value for name, value in named.items()}


def _details(values: dict[str, Any], person: User, goal: Goal | None = None) -> GoalDetails:
    skill_id, pathway_id, shared_with = values.pop("skill_id"), values.pop("pathway_id"), values.pop("shared_with")
    open_skills, open_pathways = open_rows(goal)
    skill = open_skills.filter(slug=skill_id.lower()).first() if skill_id else None
    pathway = open_pathways.filter(slug=pathway_id.lower()).first() if pathway_id else None
    rows = {"skill_id": (skill_id, skill), "pathway_id": (pathway_id, pathway)}
    unknown = {name: [UNKNOWN[name]] for name, (slug, row) in rows.items() if slug and row is None}
    if unknown:
        raise Refused(Refusal.INVALID, fields=unknown)
    return GoalDetails(**values, skill=skill, pathway=pathway, shared_with=_builder(shared_with, goal))


def _builder(name: str | None, goal: Goal | None) -> User | None:
    """Returns the builder with this id or slug; the one who sees the goal already also if they are not public any more."""
    if name is None:
        return None
    if goal is not None and goal.shared_with is not None and name == str(goal.shared_with_id):
        return goal.shared_with
    profile = public_builder(name)
    if profile is None:
        raise Refused(Refusal.INVALID, fields={"shared_with": [NO_BUILDER]})
    return profile.user


def _client_of(builder: User, client: UUID) -> User:
    """Returns a person whose pathway or session the builder has led; nobody else exists for the builder here."""
    person = User.objects.filter(pk=client, is_active=True).first()
    if person is None or builder not in queries.builders_of(person):
        raise Http404
    return person


def _goal_answer(request: SignedInRequest, goal: Goal) -> GoalAnswer:
    (progress,) = queries.progress_of([Goal.objects.complete().get(pk=goal.pk)], clock.now_of(request))
    return GoalAnswer(goal=GoalOut.of(progress))
