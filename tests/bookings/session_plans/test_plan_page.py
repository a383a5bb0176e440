"""The page of a plan: sessions are moved, removed, added and swapped without JavaScript, and taken back."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client

from accounts.models import User
from bookings.models import SessionPlan
from bookings.session_plans.pages import iso
from tests.bookings.session_plans.cast import mentor, plan_with
from tests.bookings.session_plans.pages import address_of, form_for, form_values, only_row
from tests.cast import make_builder_person
from tests.reading import visible_text

pytestmark = pytest.mark.django_db


def test_the_plan_shows_each_session_with_its_price(ada: User, cleo: User, cleos: Client) -> None:
    plan = plan_with(cleo, mentor(ada))

    page = cleos.get(plan.get_absolute_url())

    count = plan.sessions.count()
    assert page.status_code == 200
    assert page.content.decode().count("data-session\n") + page.content.decode().count("data-session ") >= count
    assert f"{count} sessions" in visible_text(page)
    assert "Hold and review" in visible_text(page)


def test_the_number_of_queries_depends_on_nothing(
    ada: User, cleo: User, cleos: Client, django_assert_max_num_queries: Any
) -> None:
    hour = mentor(ada)
    short, long = plan_with(cleo, hour, weeks=1), plan_with(cleo, hour, weeks=12)

    for plan in (short, long):
        with django_assert_max_num_queries(40):
            cleos.get(plan.get_absolute_url())


def test_a_session_is_moved_and_moved_back_without_javascript(ada: User, cleo: User, cleos: Client) -> None:
    plan = plan_with(cleo, mentor(ada))
    row = only_row(plan)
    before = row.starts_at

    page = cleos.get(address_of(plan, "planned_session", row.pk))
    later = before + timedelta(hours=1)
    moved = cleos.post(plan.get_absolute_url(), {"act": "move", "session": row.pk, "start": iso(later)}, follow=True)
    row.refresh_from_db()

    assert iso(later) in page.content.decode()
    assert row.starts_at == later
    assert "Undo" in visible_text(moved)
    fields = dict(form_values(moved, "move"))
    cleos.post(plan.get_absolute_url(), fields)
    row.refresh_from_db()
    assert row.starts_at == before


def test_a_session_is_removed_and_brought_back(ada: User, cleo: User, cleos: Client) -> None:
    plan = plan_with(cleo, mentor(ada))
    row, count = only_row(plan), plan.sessions.count()

    removed = cleos.post(plan.get_absolute_url(), {"act": "remove", "session": row.pk}, follow=True)
    assert plan.sessions.count() == count - 1
    cleos.post(plan.get_absolute_url(), dict(form_values(removed, "add")))

    assert plan.sessions.filter(starts_at=row.starts_at).count() == 1


def test_a_session_is_added_from_the_list_of_times(ada: User, cleo: User, cleos: Client) -> None:
    hour = mentor(ada)
    plan = plan_with(cleo, hour)
    count = plan.sessions.count()
    page = cleos.get(address_of(plan, "add_planned_session"))
    start = page.context["days"][0][1][0][0]  # the value of the first time of the first day

    added = cleos.post(plan.get_absolute_url(), {"act": "add", "start": start, "session_type": hour.pk}, follow=True)

    assert plan.sessions.count() == count + 1
    cleos.post(plan.get_absolute_url(), dict(form_values(added, "remove")))
    assert plan.sessions.count() == count


def test_a_session_goes_to_another_builder(ada: User, cleo: User, cleos: Client) -> None:
    eve = make_builder_person("Eve Stone")
    hour, others = mentor(ada), mentor(eve)
    plan = plan_with(cleo, hour, others)
    row = plan.sessions.filter(session_type=hour)[0]

    page = cleos.get(address_of(plan, "planned_session", row.pk))
    answer = cleos.post(plan.get_absolute_url(), {"act": "swap", "session": row.pk, "session_type": others.pk})

    assert "With another builder" in visible_text(page)
    assert answer.status_code == 302
    row.refresh_from_db()
    assert row.session_type == others


def test_a_time_that_is_not_free_is_refused_in_words(ada: User, cleo: User, cleos: Client) -> None:
    plan = plan_with(cleo, mentor(ada))
    row = only_row(plan)
    move = {"act": "move", "session": row.pk, "start": iso(row.starts_at.replace(hour=3))}

    answer = cleos.post(plan.get_absolute_url(), move)
    by_htmx = cleos.post(plan.get_absolute_url(), move, headers={"HX-Request": "true", "HX-Target": "plan"})

    assert answer.status_code == 409
    assert "This time is not free" in visible_text(answer)
    assert by_htmx.status_code == 200
    assert "This time is not free" in visible_text(by_htmx)
    assert "<html" not in by_htmx.content.decode()


def test_the_times_to_drag_to_are_real(ada: User, cleo: User, cleos: Client) -> None:
    plan = plan_with(cleo, mentor(ada))
    row = only_row(plan)

    starts = cleos.get(address_of(plan, "planned_session_starts", row.pk)).json()["starts"]

    taken = {iso(other.starts_at) for other in plan.sessions.exclude(pk=row.pk)}
    assert iso(row.starts_at) in {start for start, *_ in starts}
    assert not taken & {start for start, *_ in starts}
    for start, *_ in (starts[0], starts[len(starts) // 2], starts[-1]):
        answer = cleos.post(plan.get_absolute_url(), {"act": "move", "session": row.pk, "start": start})
        assert answer.status_code == 302, start


@pytest.mark.parametrize(
    "fields",
    [
        {},
        {"act": "move"},
        {"act": "move", "session": "x", "start": "2026-12-01T10:00:00Z"},
        {"act": "add", "start": "nonsense", "session_type": "nonsense"},
        {"act": "add", "slot": "a b c"},
        {"act": "swap", "session": "\x00"},
        {"act": "remove", "session": "00000000-0000-0000-0000-000000000001"},
        {"act": "fly"},
    ],
)
def test_garbage_in_a_change_is_refused(ada: User, cleo: User, cleos: Client, fields: dict[str, str]) -> None:
    plan = plan_with(cleo, mentor(ada), weeks=1)
    count = plan.sessions.count()

    answer = cleos.post(plan.get_absolute_url(), fields)

    assert answer.status_code in (400, 404)
    assert plan.sessions.count() == count


def test_what_was_asked_for_is_changed(ada: User, cleo: User, cleos: Client) -> None:
    hour = mentor(ada)
    plan = plan_with(cleo, hour)

    page = cleos.get(address_of(plan, "change_session_plan"))
    answer = cleos.post(address_of(plan, "change_session_plan"), form_for(hour, per_week="1"))

    assert "Change your plan" in visible_text(page)
    assert answer.status_code == 302
    plan.refresh_from_db()
    assert plan.per_week == 1


def test_a_plan_is_deleted(ada: User, cleo: User, cleos: Client) -> None:
    plan = plan_with(cleo, mentor(ada))

    asked = cleos.get(address_of(plan, "end_session_plan"))
    cleos.post(plan.get_absolute_url(), {"act": "delete"})

    assert "Delete this plan?" in visible_text(asked)
    assert not SessionPlan.objects.exists()
