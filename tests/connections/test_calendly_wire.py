"""Calendly's resources are read leniently, and nothing that they hold breaks the reader."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from connections.calendly import wire
from connections.calendly.wire import Garbled
from sandbox.calendly.sample import question
from sandbox.calendly.state import State
from scheduling.calendly.values import upstream_values

Resource = dict[str, Any]
JSON: st.SearchStrategy[Any] = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=5,
)


def sample() -> tuple[Resource, Resource, Resource]:
    """Returns an event type, an event and an invitee as Calendly sends them."""
    state = State()
    user = state.add_user("token", "Ada Moreno", "ada@people.test")
    event_type = state.add_event_type(user, "Intro", custom_questions=[question("Company", "string", 0)])
    start = datetime(2030, 1, 7, 10, tzinfo=UTC)
    invitee = state.book(event_type, start, {"name": "Jo Doe", "email": "jo@example.com"})
    return event_type, state.events[invitee["event"]], invitee


PARSERS: dict[str, tuple[Callable[[Resource], object], Resource]] = dict(
    zip(
        ("event type", "event", "invitee"),
        zip((wire.event_type, wire.event, wire.invitee), sample(), strict=True),
        strict=True,
    )
)


@pytest.mark.parametrize("name", PARSERS)
@given(data=st.data())
def test_a_member_of_any_other_kind_is_read_or_refused(name: str, data: Any) -> None:
    parse, resource = PARSERS[name]
    member = data.draw(st.sampled_from(sorted(resource)))
    try:
        parsed = parse({**resource, member: data.draw(JSON)})
    except Garbled:
        return
    assert type(parsed) is type(parse(resource))


@pytest.mark.parametrize("name", PARSERS)
def test_new_members_do_no_harm(name: str) -> None:
    parse, resource = PARSERS[name]
    assert parse({**resource, "something_new": {"a": 1}}) == parse(resource)


def test_an_older_sample_says_that_it_is_cancelled_in_its_own_way() -> None:
    _, _, invitee = sample()
    del invitee["status"]
    assert not wire.invitee(invitee | {"canceled": True}).is_active


def test_a_meeting_of_a_live_capture_is_read_like_that_of_the_schema() -> None:
    _, event, _ = sample()
    location = {"type": "zoom", "status": "pushed", "join_url": "https://zoom.example/1", "data": {"id": 123}}
    assert wire.event(event | {"location": location}).join_url == "https://zoom.example/1"


def test_questions_that_are_switched_off_are_not_asked() -> None:
    event_type, _, _ = sample()
    switched_off = question("Old", "string", 1) | {"enabled": False}
    parsed = wire.event_type(event_type | {"custom_questions": [*event_type["custom_questions"], switched_off]})
    assert [row.name for row in parsed.questions] == ["Company"]


@pytest.mark.parametrize(
    "uri", ["", "https://api.calendly.com/users/../x", "https://evil.example/a?b", "x" * 200, "a/é"]
)
def test_only_the_last_part_of_a_uri_is_used_and_only_if_it_is_a_name(uri: str) -> None:
    try:
        identity = wire.identity_of(uri)
    except Garbled:
        return
    assert identity == "x"


@pytest.mark.parametrize("text", ["2026-12-01T13:00:00.000000Z", "2026-12-01T13:00:00Z", "2026-12-01T14:00:00+01:00"])
def test_times_are_read_in_each_form_of_iso_8601(text: str) -> None:
    _, event, _ = sample()
    parsed = wire.event(event | {"start_time": text, "end_time": "2026-12-01T15:00:00Z"})
    assert parsed.start == datetime(2026, 12, 1, 13, tzinfo=UTC)


@pytest.mark.parametrize("text", ["0001-01-01T00:00:00Z", "9999-12-31T23:59:59-12:00", "1999-12-31T23:59:59Z"])
def test_times_that_cannot_be_shown_everywhere_are_no_times(text: str) -> None:
    _, event, _ = sample()
    with pytest.raises(Garbled):
        wire.event(event | {"start_time": text, "end_time": "9999-12-31T23:59:59Z"})


def test_numbers_of_an_event_type_stay_in_the_limits_of_a_session_type() -> None:
    event_type, _, _ = sample()
    wild = {"duration_options": [-5, 0, 10**9, 15.5, *range(1, 700)], "before_buffer": -10, "after_buffer": 99_999}
    values = upstream_values(wire.event_type(event_type | wild), seats=1, is_offered=True)
    assert len(values["durations"][1]) <= wire.MOST_LENGTHS + 1
    assert (values["buffer_before"], values["buffer_after"]) == (0, 1440)
