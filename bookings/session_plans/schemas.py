"""Plans of sessions in the API."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Annotated, Literal
from uuid import UUID

from pydantic import BeforeValidator, Field, StringConstraints, model_validator

from bookings.agreement.requests import MAX_LOCATION_LENGTH, MAX_NOTES_LENGTH
from bookings.api.formats import instant
from bookings.models import SessionPlan
from bookings.session_plans.booking import TypeDetails
from bookings.session_plans.queries import FreeSession, ShownSession, ShownSessionPlan
from core.api import Amount, Day, In, Instant, Out, SuccessBody, Text, Truth, Whole
from core.openapi import InstantText, enum_of
from scheduling.explain import clock_time
from scheduling.schemas import ClockTime, Zone


def _lower(value: object) -> object:
    return value.lower() if isinstance(value, str) else value


class PlanWantedIn(In):
    """What a plan is asked for. `weekdays` begin with 0 for Monday; `earliest` and `latest` are times of `timezone`."""

    pathway_id: str | None = None
    timezone: Zone
    weekdays: list[Annotated[Whole, Field(ge=0, le=6)]]
    earliest: ClockTime
    latest: ClockTime
    per_week: Whole
    first_day: Day | None = None
    last_day: Day | None = None
    sessions: Whole | None = None
    session_type_ids: list[UUID]
    duration_minutes: Annotated[Whole, Field(ge=1, le=1440)] | None = None
    budget: Amount | None = None
    currency: Text | None = None


class MoveSessionIn(In):
    session_id: UUID
    start_time: Instant
    session_type_id: UUID | None = None


class RemoveSessionIn(In):
    session_id: UUID


class AddSessionIn(In):
    start_time: Instant
    session_type_id: UUID


class SwapBuilderIn(In):
    """Without a session, all of them are given to the builder of the session type."""

    session_type_id: UUID
    session_id: UUID | None = None


class SessionPlanPatch(In):
    """One change of a plan."""

    wanted: PlanWantedIn | None = None
    move: MoveSessionIn | None = None
    remove: RemoveSessionIn | None = None
    add: AddSessionIn | None = None
    swap: SwapBuilderIn | None = None

    @model_validator(mode="after")
    def check_single(self) -> SessionPlanPatch:
        if sum(part is not None for part in (self.wanted, self.move, self.remove, self.add, self.swap)) != 1:
            raise ValueError("Send one of wanted, move, remove, add and swap.")
        return self


class PlanDetailsIn(In):
    """What the client says once for all sessions of a type."""

    session_type_id: UUID
    custom_question_response: dict[UUID, str | bool] = {}
    is_remote: Truth | None = None
    in_person_at: Annotated[Literal["builder", "client"], BeforeValidator(_lower)] | None = None
    location: Annotated[str, StringConstraints(strip_whitespace=True, max_length=MAX_LOCATION_LENGTH)] = ""
    notes: Annotated[str, StringConstraints(max_length=MAX_NOTES_LENGTH)] = ""

    def parsed(self, *, usually_remote: bool) -> TypeDetails:
        is_remote = usually_remote if self.is_remote is None else self.is_remote
        return TypeDetails(self.custom_question_response, is_remote, self.in_person_at or "", self.location, self.notes)


class PlanTotalIn(In):
    """What the plan costs in one currency, as it was shown. If it costs more now, it is not booked."""

    total: Amount
    currency: Text


class PlanBookIn(In):
    details: list[PlanDetailsIn] = []
    totals: list[PlanTotalIn] | None = None


class FreeSessionOut(Out):
    session_type_id: UUID
    start_time: InstantText
    duration_minutes: int

    @classmethod
    def all_of(cls, sessions: Iterable[FreeSession]) -> list[FreeSessionOut]:
        return [
            cls(session_type_id=row.session_type.pk, start_time=instant(row.starts_at), duration_minutes=row.minutes)
            for row in sessions
        ]


class PlannedSessionOut(Out):
    """`problem` says why it cannot be booked at its time; then `alternatives` are the nearest free times."""

    id: UUID
    number: int
    start_time: InstantText
    duration_minutes: int
    session_type_id: UUID
    builder_id: UUID
    skill: str | None
    booking_id: UUID | None = None
    problem: str | None = None
    alternatives: list[FreeSessionOut] = []
    list_price: str | None = None
    price: str | None = None
    currency: str | None = None
    uses_credit: bool = False

    @classmethod
    def of(cls, shown: ShownSession) -> PlannedSessionOut:
        row, priced = shown.row, shown.priced
        return cls(
            id=row.pk,
            number=row.number,
            start_time=instant(row.starts_at if row.booking is None else row.booking.starts_at),
            duration_minutes=row.minutes,
            session_type_id=row.session_type_id,
            builder_id=shown.session_type.builder_id,
            skill=shown.skill.slug if shown.skill else None,
            booking_id=row.booking_id,
            problem=shown.problem or None,
            alternatives=FreeSessionOut.all_of(shown.others),
            list_price=priced.price.list_total.on_the_wire() if priced else None,
            price=priced.price.total.on_the_wire() if priced else None,
            currency=priced.price.total.currency if priced else None,
            uses_credit=priced.uses_credit if priced else False,
        )


class PlanConflictOut(Out):
    """A day on which a session was wanted and there is no time, and why."""

    day: date
    rule: str
    reason: str
    alternatives: list[FreeSessionOut]


class PlanTotalOut(Out):
    total: str
    list_total: str
    currency: str


class PlanPackageOut(Out):
    """A package that makes the plan cheaper: it pays for so many of its `sessions`, and saves that much."""

    package_id: UUID
    title: str
    sessions: int
    price: str
    saves: str
    currency: str


class SessionPlanSummaryOut(Out):
    id: UUID
    status: Annotated[str, enum_of(SessionPlan.State.values)]
    pathway_id: str | None
    timezone: str
    weekdays: list[int]
    earliest: str
    latest: str
    per_week: int
    first_day: date
    last_day: date
    session_type_ids: list[UUID]
    held_until: InstantText | None

    @staticmethod
    def values_of(plan: SessionPlan) -> dict[str, object]:
        return {
            "id": plan.pk,
            "status": str(plan.state),
            "pathway_id": plan.pathway.slug if plan.pathway else None,
            "timezone": plan.timezone,
            "weekdays": plan.weekdays,
            "earliest": clock_time(plan.earliest),
            "latest": clock_time(plan.latest),
            "per_week": plan.per_week,
            "first_day": plan.first_day,
            "last_day": plan.last_day,
            "session_type_ids": plan.session_types,
            "held_until": instant(plan.held_until) if plan.held_until else None,
        }


class SessionPlanOut(SessionPlanSummaryOut):
    sessions: list[PlannedSessionOut]
    is_bookable: bool = False
    conflicts: list[PlanConflictOut] = []
    additions: list[FreeSessionOut] = []
    totals: list[PlanTotalOut] = []
    credits_used: int = 0
    packages: list[PlanPackageOut] = []
    paid_first: list[UUID] = []

    @classmethod
    def of(cls, shown: ShownSessionPlan) -> SessionPlanOut:
        price = shown.price
        lists = {money.currency: money for money in price.list_totals}
        values = SessionPlanSummaryOut.values_of(shown.plan) | {
            "sessions": [PlannedSessionOut.of(session) for session in shown.sessions],
            "is_bookable": shown.is_bookable,
            "conflicts": [
                PlanConflictOut(
                    day=row.day, rule=row.rule, reason=row.sentence, alternatives=FreeSessionOut.all_of(row.others)
                )
                for row in shown.shortfalls
            ],
            "additions": FreeSessionOut.all_of(shown.additions),
            "totals": [
                PlanTotalOut(
                    total=money.on_the_wire(),
                    list_total=lists[money.currency].on_the_wire(),
                    currency=money.currency,
                )
                for money in price.totals
            ],
            "credits_used": price.credits,
            "packages": [
                PlanPackageOut(
                    package_id=row.package.package,
                    title=row.package.title,
                    sessions=row.sessions,
                    price=row.package.price.on_the_wire(),
                    saves=row.saves.on_the_wire(),
                    currency=row.saves.currency,
                )
                for row in price.packages
            ],
            "paid_first": [row.pk for row in shown.paid_first],
        }
        return cls.model_validate(values)


class SessionPlanAnswer(SuccessBody):
    session_plan: SessionPlanOut


class SessionPlansAnswer(SuccessBody):
    session_plans: list[SessionPlanSummaryOut]
