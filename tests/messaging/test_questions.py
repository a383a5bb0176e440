"""Tests of asking a builder on their page while a conversation begins elsewhere."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.test import Client

from accounts.models import User
from messaging import opening
from messaging.models import Message
from tests.messaging.cast import conversation_of

pytestmark = pytest.mark.django_db
Browser = Callable[[User | None], Client]
PAGE = "/messages/to/ada-moreno/"


def test_a_question_typed_while_a_conversation_began_is_sent_into_it(
    ada: User, cleo: User, browser_of: Browser
) -> None:
    browser = browser_of(cleo)
    browser.get(PAGE)
    mine, _ = conversation_of(cleo, ada)

    answer = browser.post(PAGE, {"text": "Do you teach beginners?"})

    assert answer.headers["Location"] == f"/messages/{mine.conversation_id}/"
    assert Message.objects.get().text == "Do you teach beginners?"


def test_a_question_that_is_refused_is_shown_again(ada: User, cleo: User, browser_of: Browser) -> None:
    opening.ask(client=cleo, builder=ada, text="Do you teach beginners?")

    page = browser_of(cleo).post(PAGE, {"text": "And on Sundays?"})

    assert page.status_code == 409
    assert "And on Sundays?</textarea>" in page.content.decode()
    assert "You can write again once you have an answer." in page.content.decode()


def test_a_question_that_is_posted_twice_is_sent_once(ada: User, cleo: User, browser_of: Browser) -> None:
    browser = browser_of(cleo)
    key = str(browser.get(PAGE).context["client_key"])

    codes = [browser.post(PAGE, {"text": "Hello", "client_key": key}).status_code for _ in range(2)]

    assert codes == [302, 302]
    assert Message.objects.count() == 1
