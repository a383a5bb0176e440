"""The form that asks for a plan: what it begins with, what a sentence fills in, and what it refuses."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client

from accounts.models import User
from bookings.models import SessionPlan
from pathways.models import Pathway, Skill
from pathways.progress import enrolments
from tests.bookings.session_plans.cast import mentor, today
from tests.bookings.session_plans.pages import NEW, form_for, only_plan
from tests.reading import visible_text

pytestmark = pytest.mark.django_db


def test_a_plan_is_proposed_from_the_form(ada: User, cleos: Client) -> None:
    hour = mentor(ada)

    page = cleos.get(f"{NEW}?builder=ada-moreno")
    answer = cleos.post(NEW, form_for(hour))

    assert "Ada Moreno" in visible_text(page)
    assert str(hour.pk) in page.content.decode()
    plan = only_plan()
    assert answer.status_code == 302
    assert answer["Location"] == plan.get_absolute_url()
    assert (plan.per_week, plan.earliest, plan.latest) == (2, 17 * 60, 22 * 60)
    assert plan.sessions.count() >= 4


def test_a_sentence_fills_in_the_form_and_then_proposes(ada: User, cleos: Client) -> None:
    hour = mentor(ada)
    sentence = "three weekday evenings a week for two weeks"

    read = cleos.post(NEW, form_for(hour, sentence=sentence, act="read"))
    answer = cleos.post(NEW, form_for(hour, sentence=sentence))

    assert "Filled in below" in visible_text(read)
    assert 'value="3" selected' in read.content.decode()
    plan = only_plan()
    assert answer.status_code == 302
    assert plan.per_week == 3
    assert plan.weekdays == [0, 1, 2, 3, 4]
    assert plan.last_day == today() + timedelta(weeks=2)


def test_a_sentence_that_says_nothing_is_named(ada: User, cleos: Client) -> None:
    read = cleos.post(NEW, form_for(mentor(ada), sentence="please help", act="read"))

    assert "We did not understand that." in visible_text(read)


def test_builders_come_from_the_gaps_of_the_pathway(ada: User, cleo: User, cleos: Client) -> None:
    pathway = Pathway.objects.get(slug="accelerate")
    skills = list(Skill.objects.filter(pathways=pathway)[:2])
    mentor(ada, skills)
    enrolments.enrol(client=cleo, pathway=pathway, builder=None)

    page = cleos.get(NEW)

    assert "We propose a series on Accelerate" in visible_text(page)
    assert "Ada Moreno" in visible_text(page)
    assert "checked" in page.content.decode()


def test_without_a_builder_the_page_leads_to_some(cleos: Client) -> None:
    assert "No builder to plan with yet" in visible_text(cleos.get(NEW))


@pytest.mark.parametrize(
    "fields",
    [
        {"per_week": "99"},
        {"per_week": "x"},
        {"last_day": "yesterday"},
        {"last_day": "0001-01-01"},
        {"last_day": "2199-01-01"},
        {"last_day": ""},
        {"session_types": ["nonsense"]},
        {"session_types": []},
        {"weekdays": ["9"]},
        {"opens": "20:00", "closes": "18:00"},
        {"opens": "25:99"},
        {"closes": "00:00", "opens": "00:00", "minutes": "7"},
        {"budget": "-5"},
        {"budget": "NaN"},
        {"sessions": "0"},
        {"sessions": "61"},
        {"part": "night"},
        {"sentence": "x" * 201},
    ],
)
def test_a_form_that_is_wrong_says_why(ada: User, cleos: Client, fields: dict[str, Any]) -> None:
    answer = cleos.post(NEW, form_for(mentor(ada), **fields))

    assert answer.status_code == 422
    assert "There is a problem" in visible_text(answer)
    assert not SessionPlan.objects.exists()


def test_garbage_in_the_address_is_no_error(ada: User, cleos: Client) -> None:
    mentor(ada)

    for query in ("pathway=%00", "builder=%00", "pathway=x&builder=" + "y" * 3000, "pathway=&builder=nobody"):
        assert cleos.get(f"{NEW}?{query}").status_code in (200, 400)
