"""`/api/scheduling/…` and `/api/coaching/…`: session types, free slots, and a builder's schedules."""

from __future__ import annotations

import json
import zoneinfo
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from functools import cache
from typing import Annotated, Any, Literal

from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from ninja import Body, Query, Router, Status
from pydantic import BeforeValidator, ConfigDict

from accounts.access import SignedInRequest, builder_only
from accounts.models import BuilderProfile, User
from accounts.queries import public_builder
from coaching.models import SessionType
from coaching.quotes import Circumstances, Terms, quote
from coaching.rules import check_sign_in, needs_sign_in
from coaching.schemas import CategoryText, SessionConfig, SessionTypeOut
from coaching.terms import terms_of
from core import clock
from core.api import In, anyone
from core.dates import FIRST_YEAR, LAST_YEAR, parse_date, parse_instant
from core.errors import Refusal, Refused
from core.ids import parse_uuid
from core.openapi import DayOrInstantText
from core.requests import find_or_404
from core.zones import zone_names
from pathways.catalogue.queries import pathway_named
from scheduling import queries, services
from scheduling.bookable import BookableBuilder, bookable_builder
from scheduling.models import Schedule
from scheduling.schemas import ScheduleAnswer, ScheduleIn, ScheduleOut, SchedulesAnswer, SessionsAnswer, SlotsAnswer
from scheduling.slots import Slot

router = Router(tags=["Scheduling"])
MOST_DAYS = 62
USUAL_DAYS = 14


class Params(In):
    """Query parameters: unknown ones are ignored."""

    model_config = ConfigDict(extra="ignore")


class SessionsQuery(Params):
    builder_id: str
    category: CategoryText | None = None
    pathway: str | None = None


@router.get(
    "/scheduling/sessions/available", response=SessionsAnswer, auth=anyone, by_alias=True, summary="What can be booked"
)
def sessions_available(request: HttpRequest, query: Query[SessionsQuery]) -> SessionsAnswer:
    """Of one builder: free sessions for everyone, all of them for those who are signed in."""
    profile = builder_or_404(query.builder_id)
    types = SessionType.objects.filter(builder=profile.user, is_active=True).seen_by(request.user)
    if query.category is not None:
        types = types.filter(category=_category(query.category))
    if query.pathway is not None:
        types = types.filter(pathways=pathway_named(query.pathway))
    return SessionsAnswer(authenticated=request.user.is_authenticated, sessions=session_types_out(types))


def session_types_out(types: Any) -> list[SessionTypeOut]:
    """Returns session types as every endpoint shows them. Eight queries for any number."""
    return [
        SessionTypeOut.of(described.session_type, described.terms, shown(described.next_slot))
        for described in queries.describe_session_types(types.complete())
    ]


def shown(instant: datetime | None) -> str | None:
    return instant.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ") if instant else None


def builder_or_404(name: str) -> BuilderProfile:
    profile = public_builder(name)
    if profile is None:
        raise Http404
    return profile


def _category(text: str) -> str:
    if text.upper() not in SessionType.Category.values:
        raise Refused(Refusal.INVALID, fields={"category": ["One of FREE, PATHWAY and SPECIALIZED."]})
    return text.upper()


# Slots -------------------------------------------------------------------------------------------------


def _lower(value: object) -> object:
    return value.lower() if isinstance(value, str) else value


class SlotsQuery(Params):
    coach_id: str
    session_type_id: str | None = None
    duration: int | None = None
    timezone: str | None = None
    to: DayOrInstantText | None = None
    in_person_at: Annotated[Literal["builder", "client"], BeforeValidator(_lower)] | None = None


@dataclass(frozen=True)
class ChosenSession:
    """The session type to list slots of, its terms, and the duration."""

    session_type: SessionType
    terms: Terms
    minutes: int


@router.get(
    "/coaching/sessions/available", response=SlotsAnswer, auth=anyone, by_alias=True, summary="When it can be booked"
)
def slots_available(request: HttpRequest, query: Query[SlotsQuery]) -> HttpResponse:
    """Free slots, priced. `from` and `to` are dates in `timezone` (`to` included), or instants (`to` excluded).

    With `inPersonAt=client` the builder's way to the client and back stays free, as when such a session is booked.
    """
    builder, now = bookable_builder(query.coach_id), clock.now_of(request)
    offer, zone_name = builder.offer, query.timezone or builder.zone
    window = _window(request.GET.get("from"), query.to, zone_of(zone_name), now)
    chosen = _choose_session(request, builder, query)
    holder = f"person:{request.user.pk}" if request.user.is_authenticated else ""
    slots: list[Slot] = []
    if chosen and offer.is_active:
        travels = query.in_person_at == "client"
        slots = queries.free_times(chosen.session_type, chosen.minutes, window, now, holder, travels=travels)
    body = {
        "success": True,
        "availableSlots": slots_out(slots, chosen.terms, chosen.minutes, now) if chosen else [],
        "timezone": zone_name,
        "sessionConfig": SessionConfig.of(offer).model_dump(by_alias=True),
    }
    # Not validated against the schema: for 400 slots, that takes longer than computing them.
    response = HttpResponse(json.dumps(body), content_type="application/json; charset=utf-8")
    response["Cache-Control"] = "private, no-store"
    return response


def _choose_session(request: HttpRequest, builder: BookableBuilder, query: SlotsQuery) -> ChosenSession | None:
    """Returns the named session type, or the first with the duration that a time is enough to book, as booking does.

    None if the builder offers none.
    """
    if query.session_type_id is not None:
        wanted = parse_uuid(query.session_type_id)
        candidates = [session_type for session_type in builder.types if session_type.pk == wanted]
        if not candidates:
            raise Http404
        check_sign_in(candidates[0], request.user)
    else:
        candidates = [session_type for session_type in builder.types if not needs_sign_in(session_type, request.user)]
        if not candidates and builder.types:
            raise Refused(Refusal.SIGN_IN_REQUIRED)
    if not candidates:
        return None
    for session_type in candidates:
        terms, minutes = terms_of(session_type, builder.offer), query.duration or session_type.default_minutes
        if quote(terms, minutes) is not None:
            return ChosenSession(session_type, terms, minutes)
    if query.duration is None and query.session_type_id is None:
        return None
    raise Refused(Refusal.INVALID, fields={"duration": ["This duration is not offered."]})


def slots_out(
    slots: list[Slot], terms: Terms, length: int, now: datetime, rate_type: str | None = None
) -> list[dict[str, Any]]:
    """Returns slots as every endpoint shows them, each with what it costs now. `listPrice` is there where that is less."""
    prices = _prices_by_start(terms, length, now, rate_type)
    rows = []
    for slot in slots:
        price = next(price for earliest, price in prices if slot.start >= earliest)
        rows.append(
            {
                "startTime": _format_instant(slot.start),
                "endTime": _format_instant(slot.end),
                "duration": length,
                **price,
                "seatsLeft": slot.seats_left,
            }
        )
    return rows


def _prices_by_start(
    terms: Terms, minutes: int, now: datetime, rate_type: str | None
) -> list[tuple[float, dict[str, str | None]]]:
    """Returns what a slot costs that begins at this time or later, the latest first: one line for each tier of the
    discount for booking early, then the list price."""
    lines = []
    for days in [*(days for days, _ in terms.early), 0]:
        ahead = timedelta(days=days)
        price = quote(terms, minutes, rate_type, Circumstances(ahead) if days else None)
        assert price is not None
        wire = {
            "rate": price.total.on_the_wire(),
            "listPrice": price.list_total.on_the_wire() if price.discount else None,
            "currency": price.total.currency,
        }
        lines.append(((now + ahead).timestamp() if days else float("-inf"), wire))
    return lines


def _format_instant(seconds: int) -> str:
    day, rest = divmod(seconds, 86_400)
    minute, second = divmod(rest, 60)
    return f"{_format_day(day)}T{minute // 60:02}:{minute % 60:02}:{second:02}Z"


@cache
def _format_day(number: int) -> str:
    return str(date(1970, 1, 1) + timedelta(days=number))


def _window(first: str | None, last: str | None, zone: zoneinfo.ZoneInfo, now: datetime) -> tuple[int, int]:
    """Returns the requested window, of at most 62 days; the engine leaves out what is outside notice and horizon."""
    today = now.astimezone(zone).date()
    start = edge("from", first, zone, is_end=False) if first else queries.local_window(today, today, zone)[0]
    end = edge("to", last, zone, is_end=True) if last else start + USUAL_DAYS * 86400
    if end < start or (end == start and len(last or "") == 10):
        raise Refused(Refusal.INVALID, fields={"to": ["This is before “from”."]})
    if end - start > MOST_DAYS * 86_400 + 7_200:
        raise Refused(Refusal.INVALID, fields={"to": [f"Ask for at most {MOST_DAYS} days."]})
    return start, end


def edge(name: str, text: str, zone: zoneinfo.ZoneInfo, *, is_end: bool) -> int:
    """Parses a date in the zone or an instant. `to` includes its date and excludes its instant."""
    if (day := parse_date(text)) is not None:
        return queries.local_window(day, day, zone)[1 if is_end else 0]
    # A plus in a query string means a space, so an offset that was not encoded arrives with one.
    instant = parse_instant(text.replace(" ", "+") if text.count(" ") == 1 else text)
    if instant is None:
        message = f"Send a date, or an instant with its offset, between {FIRST_YEAR} and {LAST_YEAR}."
        raise Refused(Refusal.INVALID, fields={name: [message]})
    return -int(-instant.timestamp() // 1)


def zone_of(name: str) -> zoneinfo.ZoneInfo:
    if name not in zone_names():
        raise Refused(Refusal.INVALID, fields={"timezone": ["This is not a time zone of the IANA database."]})
    return zoneinfo.ZoneInfo(name)


# Schedules ---------------------------------------------------------------------------------------------


def own_schedule(request: HttpRequest) -> User:
    """Authenticates a builder and checks that the schedule is theirs, so that 404 comes before 422."""
    person = builder_only(request)
    match = request.resolver_match
    assert match is not None
    find_or_404(Schedule.objects.filter(builder=person), match.kwargs["id"])
    return person


@router.get(
    "/coaching/availability", response=SchedulesAnswer, auth=builder_only, by_alias=True, summary="My schedules"
)
def schedules(request: SignedInRequest) -> SchedulesAnswer:
    own = _own_schedules(request).prefetch_related("rules", "recurring_hours", "exceptions")
    return SchedulesAnswer(schedules=[ScheduleOut.of(schedule) for schedule in own])


@router.post(
    "/coaching/availability",
    response={201: ScheduleAnswer},
    auth=builder_only,
    by_alias=True,
    summary="Make a schedule",
)
def create_schedule(request: SignedInRequest, payload: Body[ScheduleIn]) -> Status[ScheduleAnswer]:
    schedule = Schedule(builder=request.user, timezone="")
    payload.apply_to(schedule, request.user)
    services.save_schedule(schedule=schedule, week=payload.week(), by=request.user)
    return Status(201, _answer(schedule))


@router.get(
    "/coaching/availability/{id}", response=ScheduleAnswer, auth=own_schedule, by_alias=True, summary="One of them"
)
def schedule(request: SignedInRequest, id: str) -> ScheduleAnswer:
    return _answer(_schedule_or_404(request, id))


@router.put(
    "/coaching/availability/{id}", response=ScheduleAnswer, auth=own_schedule, by_alias=True, summary="Replace one"
)
def replace_schedule(request: SignedInRequest, id: str, payload: Body[ScheduleIn]) -> ScheduleAnswer:
    schedule = _schedule_or_404(request, id)
    payload.apply_to(schedule, request.user)
    return _answer(services.save_schedule(schedule=schedule, week=payload.week(), by=request.user))


@router.delete(
    "/coaching/availability/{id}", response=ScheduleAnswer, auth=own_schedule, by_alias=True, summary="Delete one"
)
def delete_schedule(request: SignedInRequest, id: str) -> ScheduleAnswer:
    schedule = _schedule_or_404(request, id)
    answer = _answer(schedule)
    services.delete_schedule(schedule=schedule, by=request.user)
    return answer


@router.post(
    "/coaching/availability/{id}/default",
    response=ScheduleAnswer,
    auth=own_schedule,
    by_alias=True,
    summary="Make it the one in force",
)
def make_default(request: SignedInRequest, id: str) -> ScheduleAnswer:
    return _answer(services.make_default(schedule=_schedule_or_404(request, id), by=request.user))


def _own_schedules(request: SignedInRequest) -> QuerySet[Schedule]:
    return Schedule.objects.filter(builder=request.user)


def _schedule_or_404(request: SignedInRequest, text: str) -> Schedule:
    return find_or_404(_own_schedules(request), text)


def _answer(schedule: Schedule) -> ScheduleAnswer:
    fresh = Schedule.objects.prefetch_related("rules", "recurring_hours", "exceptions").get(pk=schedule.pk)
    return ScheduleAnswer(schedule=ScheduleOut.of(fresh))
