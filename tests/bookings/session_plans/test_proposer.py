"""The proposer by itself: on random calendars, every session that it proposes can be booked, and the client's wishes hold."""

from __future__ import annotations

from collections import Counter
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from itertools import pairwise
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bookings.session_plans.proposer import (
    PickedSession,
    PlanOffer,
    PlanPreferences,
    PlanProposal,
    PlanSearch,
    others_near,
    propose_sessions,
)
from coaching.quotes import Terms
from core.dates import monday_of
from scheduling.slots import Calendar, HoursPlan, Limits, SlotRequest, Taken, free_slots

BERLIN, NEW_YORK, SYDNEY = ZoneInfo("Europe/Berlin"), ZoneInfo("America/New_York"), ZoneInfo("Australia/Sydney")
ZONES = (BERLIN, NEW_YORK, SYDNEY, ZoneInfo("Asia/Kathmandu"), UTC)
EVENINGS = (((17 * 60, 21 * 60),),) * 7
MORNINGS = (((8 * 60, 12 * 60),),) * 7
TERMS = Terms("EUR", own_prices={60: Decimal(90), 90: Decimal(120)}, listed=frozenset({60, 90}))
MONDAY = date(2026, 10, 12)  # the clocks change on 25 October in Berlin, and on 1 November in New York
SKILLS = [UUID(int=number) for number in range(1, 7)]


def seconds(day: date, zone: Any = UTC) -> int:
    return int(datetime(day.year, day.month, day.day, tzinfo=zone).timestamp())


NOW = seconds(MONDAY - timedelta(days=1), BERLIN)


def offer(
    number: int = 1, *, zone: Any = BERLIN, weekly: Any = EVENINGS, taken: Any = (), minutes: int = 60, **fields: Any
) -> PlanOffer:
    limits = {
        name: fields.pop(name) for name in ("buffer_after", "notice", "horizon_days", "most_a_day") if name in fields
    }
    calendar = Calendar(HoursPlan(zone, weekly, limits=Limits(**limits)))
    request = SlotRequest(minutes, fields.pop("step", 30))
    return PlanOffer(UUID(int=100 + number), UUID(int=number), request, calendar, tuple(taken), TERMS, **fields)


def search(*offers: PlanOffer, weeks: int = 6, zone: Any = BERLIN, now: int = NOW, **fields: Any) -> PlanSearch:
    wishes: dict[str, Any] = {
        "weekdays": frozenset(range(7)),
        "earliest": 17 * 60,
        "latest": 21 * 60,
        "per_week": 2,
        "first_day": MONDAY,
        "last_day": MONDAY + timedelta(days=7 * weeks - 1),
        "most_sessions": 60,
    }
    wishes |= {name: fields.pop(name) for name in list(fields) if name in wishes}
    return PlanSearch(PlanPreferences(zone=zone, **wishes), offers, now, **fields)


def local(session: PickedSession, zone: Any = BERLIN) -> datetime:
    return datetime.fromtimestamp(session.start, zone)


def bookable(proposal: PlanProposal, now: int) -> list[bool]:
    """Returns for each session whether the slot engine offers its time beside all others of the plan."""
    answers = []
    for session in proposal.sessions:
        own = session.offer
        others = [
            other.offer.as_taken(other.start)
            for other in proposal.sessions
            if other is not session and other.offer.builder == own.builder
        ]
        window = (session.start, session.start + 1)
        answers.append(bool(free_slots(own.calendar, [*own.taken, *others], own.wanted, window, now)))
    return answers


def test_two_evenings_a_week_are_spread_over_each_week() -> None:
    proposal = propose_sessions(search(offer()))

    days = [local(session).date() for session in proposal.sessions]
    assert len(days) == 12
    assert Counter(monday_of(day) for day in days) == dict.fromkeys(sorted({monday_of(day) for day in days}), 2)
    assert min((later - day).days for day, later in pairwise(days)) >= 3
    assert {local(session).hour for session in proposal.sessions} == {17}
    assert proposal.shortfalls == []


def test_the_local_time_stays_across_a_clock_change_of_the_client() -> None:
    proposal = propose_sessions(search(offer(), weekdays=frozenset({6}), per_week=1))

    assert [local(session).hour for session in proposal.sessions] == [17] * 6
    assert len({session.start % 86_400 for session in proposal.sessions}) == 2


def test_a_builder_elsewhere_has_other_hours_between_two_clock_changes() -> None:
    """For a week Berlin is five hours ahead of New York instead of six, and the wanted hours hold all the same."""
    american = offer(zone=NEW_YORK, weekly=MORNINGS)
    wishes = search(american, earliest=14 * 60, latest=16 * 60, weekdays=frozenset({2}), per_week=1)

    proposal = propose_sessions(wishes)

    assert len(proposal.sessions) == 6
    assert all(14 <= local(session).hour <= 15 for session in proposal.sessions)


def test_each_skill_has_its_turn_with_a_builder_who_teaches_it() -> None:
    first, second = offer(1, skills=frozenset(SKILLS[:2])), offer(2, skills=frozenset(SKILLS[2:4]), rank=1)

    proposal = propose_sessions(search(first, second, weeks=4, gaps=SKILLS[:4]))

    assert [session.skill for session in proposal.sessions] == [skill for skill in SKILLS[:4] for _ in range(2)]
    assert [session.offer.builder.int for session in proposal.sessions] == [1, 1, 1, 1, 2, 2, 2, 2]


def test_with_more_gaps_than_sessions_the_first_gaps_come_first() -> None:
    proposal = propose_sessions(search(offer(), weeks=1, gaps=SKILLS))

    assert [session.skill for session in proposal.sessions] == SKILLS[:2]


@pytest.mark.parametrize(
    ("blocked", "rule"),
    [
        ({"taken": [Taken(NOW, NOW + 8 * 86_400)]}, "full"),
        ({"horizon_days": 0}, "horizon"),
        ({"notice": 8 * 1440}, "notice"),
        ({"weekly": MORNINGS}, "hours"),
        ({"minutes": 300}, "length"),
    ],
)
def test_a_day_without_a_time_says_why(blocked: dict[str, Any], rule: str) -> None:
    proposal = propose_sessions(search(offer(**blocked), weeks=1))

    assert proposal.sessions == []
    assert [shortfall.rule for shortfall in proposal.shortfalls] == [rule, rule]


def test_the_clients_own_appointments_are_a_reason_with_other_times() -> None:
    evening = seconds(MONDAY, BERLIN) + 16 * 3600
    wishes = search(offer(), weeks=1, weekdays=frozenset({0}), per_week=1, own=[(evening, evening + 6 * 3600)])

    (shortfall,) = propose_sessions(wishes).shortfalls

    assert (shortfall.day, shortfall.rule) == (MONDAY, "own")
    assert [local(session).date() for session in shortfall.others] == [MONDAY + timedelta(days=n) for n in (1, 2, 3)]


def test_a_daily_cap_is_a_reason() -> None:
    noon = seconds(MONDAY, BERLIN) + 12 * 3600
    full = offer(most_a_day=1, taken=[Taken(noon, noon + 3600)])

    (shortfall,) = propose_sessions(search(full, weeks=1, weekdays=frozenset({0}), per_week=1)).shortfalls

    assert shortfall.rule == "cap"


def test_kept_sessions_count_in_their_week() -> None:
    (first, *_) = propose_sessions(search(offer(), weeks=1)).sessions

    proposal = propose_sessions(search(offer(), weeks=1, kept=[first]))

    assert len(proposal.sessions) == 2
    assert first.start in [session.start for session in proposal.sessions]


zones = st.sampled_from(ZONES)
hours = st.tuples(st.integers(0, 20), st.integers(1, 8)).map(
    lambda pair: ((pair[0] * 60, min(1440, (pair[0] + pair[1]) * 60)),)
)


@st.composite
def offers(draw: Any) -> PlanOffer:
    number = draw(st.integers(1, 3))
    starts = draw(st.lists(st.integers(0, 6 * 7 * 24), max_size=12))
    return offer(
        number,
        zone=draw(zones),
        weekly=tuple(draw(st.lists(st.one_of(st.just(()), hours), min_size=7, max_size=7))),
        taken=[Taken(NOW + hour * 3600, NOW + hour * 3600 + 5400, buffer_after=15) for hour in sorted(set(starts))],
        minutes=draw(st.sampled_from((30, 60, 90))),
        step=draw(st.sampled_from((15, 60, None))),
        buffer_after=draw(st.sampled_from((0, 30))),
        notice=draw(st.sampled_from((0, 120, 4000))),
        horizon_days=draw(st.sampled_from((10, 30, 60))),
        most_a_day=draw(st.sampled_from((None, 1, 3))),
        skills=frozenset(draw(st.lists(st.sampled_from(SKILLS), max_size=3))),
    )


@st.composite
def searches(draw: Any) -> PlanSearch:
    earliest = draw(st.integers(0, 22)) * 60
    own = [(NOW + hour * 3600, NOW + hour * 3600 + 7200) for hour in draw(st.lists(st.integers(0, 900), max_size=6))]
    return search(
        *draw(st.lists(offers(), min_size=1, max_size=3)),
        zone=draw(zones),
        earliest=earliest,
        latest=min(1440, earliest + draw(st.integers(1, 10)) * 60),
        weekdays=frozenset(draw(st.lists(st.integers(0, 6), min_size=1, max_size=7))),
        per_week=draw(st.integers(1, 7)),
        weeks=draw(st.integers(1, 6)),
        most_sessions=draw(st.integers(1, 40)),
        gaps=draw(st.lists(st.sampled_from(SKILLS), max_size=6, unique=True)),
        own=own,
    )


@settings(max_examples=150, deadline=None)
@given(searches())
def test_every_proposed_session_can_be_booked_and_is_as_asked(wishes: PlanSearch) -> None:
    proposal = propose_sessions(wishes)
    asked, sessions = wishes.preferences, proposal.sessions

    assert all(bookable(proposal, wishes.now))
    assert all(first.end <= second.start for first, second in pairwise(sessions))
    assert not any(start < session.end and session.start < end for session in sessions for start, end in wishes.own)
    assert len(sessions) <= asked.most_sessions
    days = [local(session, asked.zone).date() for session in sessions]
    assert len(set(days)) == len(days)
    assert max(Counter(monday_of(day) for day in days).values(), default=0) <= asked.per_week
    for session, day in zip(sessions, days, strict=True):
        begins, ends = (datetime.fromtimestamp(at, asked.zone) for at in (session.start, session.end))
        last = ends.hour * 60 + ends.minute + 1440 * (ends.date() - day).days
        assert day.weekday() in asked.weekdays
        assert asked.first_day <= day <= asked.last_day
        assert asked.earliest <= begins.hour * 60 + begins.minute < last <= asked.latest
        assert (
            session.start
            > wishes.now + (session.offer.wanted.limits_in(session.offer.calendar.usual).notice or 0) * 60 - 1
        )
    positions = [wishes.gaps.index(session.skill) for session in sessions if session.skill is not None]
    assert positions == sorted(positions)


@settings(max_examples=50, deadline=None)
@given(searches())
def test_other_times_can_be_added_to_the_plan(wishes: PlanSearch) -> None:
    sessions = propose_sessions(wishes).sessions
    wishes.picked = list(sessions)

    for other in others_near(wishes, wishes.now + 5 * 86_400):
        assert all(bookable(PlanProposal([*sessions, other], []), wishes.now))
