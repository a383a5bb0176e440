"""What visitors type in the wizard is stored within bounds."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client

from accounts.models import User
from bookings.agreement.drafts import MAX_DRAFT_BYTES
from bookings.models import Draft
from coaching.models import SessionType
from tests.bookings.cast import free_shop
from tests.bookings.wizard.steps import choose, go_on
from tests.reading import visible_text
from tests.scheduling.cast import soon

pytestmark = pytest.mark.django_db


@pytest.fixture
def free(ada: User) -> SessionType:
    return free_shop(ada)


def test_a_draft_keeps_only_the_fields_of_the_form(client: Client, free: SessionType) -> None:
    go_on(client, choose(client, free), name="Gwen", email="nobody", website="", is_staff="1", question_9="x")

    assert Draft.objects.get().details == {"name": "Gwen", "email": "nobody"}


@pytest.mark.parametrize("letter", ["a", "\u2603"])
def test_a_draft_of_more_than_16_kb_is_refused_beside_the_form(client: Client, free: SessionType, letter: str) -> None:
    details = choose(client, free)
    go_on(client, details, name="Gwen", email="gwen@guests.test")
    notes = letter * (MAX_DRAFT_BYTES // len(letter.encode()))

    answer = go_on(client, details, name="Gwen", email="gwen@guests.test", notes=notes)

    assert answer.status_code == 422
    assert "This is too long to be saved." in visible_text(answer)
    assert Draft.objects.get().details == {"name": "Gwen", "email": "gwen@guests.test"}, "the former draft is kept"


def test_a_network_begins_a_limited_number_of_drafts_in_a_day(free: SessionType, settings: Any) -> None:
    settings.LIMIT_DRAFTS_PER_NETWORK = 2
    visitors = [Client() for _ in range(3)]
    pages = [choose(visitor, free, soon(hour)) for hour, visitor in enumerate(visitors, 10)]

    answers = [go_on(visitor, page, name="Gwen", email="x") for visitor, page in zip(visitors, pages, strict=True)]

    assert [answer.status_code for answer in answers] == [422, 422, 429]
    assert "Sign in to book." in visible_text(answers[2])
    assert go_on(visitors[0], pages[0], name="Gwen", email="y").status_code == 422, "a draft of before can be changed"
    assert Draft.objects.count() == 2


def test_the_drafts_of_people_who_are_signed_in_are_not_limited_by_network(
    client: Client, free: SessionType, cleo: User, settings: Any
) -> None:
    settings.LIMIT_DRAFTS_PER_NETWORK = 1
    visitor = Client()
    go_on(visitor, choose(visitor, free), name="Gwen", email="x")
    client.force_login(cleo)

    assert go_on(client, choose(client, free, soon(11)), notes="Hello").status_code == 302
