"""The contact page reaches support, and staff answer on a page of theirs."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.test import Client
from django.urls import reverse

from accounts.models import User
from accounts.personal_data import erasure
from core.contact.models import ContactMessage
from tests.accounts.pages import sent_emails

pytestmark = pytest.mark.django_db


def test_a_message_reaches_support_and_is_answered(
    client: Client, suri: User, browser_of: Callable[[User], Client]
) -> None:
    words = {"name": "Gwen Guest", "email": "gwen@people.test", "reference": "wm-222222", "text": "My link is broken."}
    staff = browser_of(suri)

    assert client.post("/contact/", words, follow=True).status_code == 200
    assert client.post("/contact/", words | {"text": ""}).status_code == 422
    message = ContactMessage.objects.get()
    letter = sent_emails()[0]
    listed = staff.get(reverse("operations:contact")).content.decode()
    page = staff.get(reverse("operations:contact_message", args=[message.pk])).content.decode()
    staff.post(reverse("operations:contact_message", args=[message.pk]), {"text": "We sent you a new one."})

    assert "My link is broken." in letter.text
    assert "gwen@people.test" in letter.text
    assert "Gwen Guest" in listed
    assert "WM-222222" in page
    assert sent_emails()[0].to == "gwen@people.test"
    message.refresh_from_db()
    assert message.answered_by == suri
    assert "No messages wait" in staff.get(reverse("operations:contact")).content.decode()


def test_signed_in_people_are_not_asked_who_they_are(cleos: Client, cleo: User) -> None:
    page = cleos.get("/contact/?booking=WM-333333").content.decode()
    cleos.post("/contact/", {"reference": "WM-333333", "text": "Please look at this."})

    message = ContactMessage.objects.get()
    assert "Your name" not in page
    assert 'value="WM-333333"' in page
    assert (message.person, message.email, message.name) == (cleo, cleo.email, "Cleo Park")


def test_messages_are_limited(client: Client, settings: object) -> None:
    settings.LIMIT_ACTS_PER_ADDRESS = 2  # type: ignore[attr-defined]  # pytest-django's wrapper
    words = {"name": "Gwen Guest", "email": "gwen@people.test", "text": "Hello"}

    answers = [client.post("/contact/", words).status_code for _ in range(3)]

    assert answers == [302, 302, 429]


def test_the_same_answer_is_mailed_once(client: Client, suri: User, browser_of: Callable[[User], Client]) -> None:
    client.post("/contact/", {"name": "Gwen Guest", "email": "gwen@people.test", "text": "My link is broken."})
    page = reverse("operations:contact_message", args=[ContactMessage.objects.get().pk])
    staff = browser_of(suri)

    for text in ("We sent you a new one.", "We sent you a new one.", "Did it work?"):
        staff.post(page, {"text": text})

    assert [letter.to for letter in sent_emails()].count("gwen@people.test") == 2


def test_erasing_an_account_deletes_what_its_person_wrote_however_the_address_was_typed(
    client: Client, cleo: User
) -> None:
    client.post("/contact/", {"name": "Cleo", "email": cleo.email.title(), "text": "Hello"})

    erasure.erase(user=cleo)

    assert not ContactMessage.objects.exists()
