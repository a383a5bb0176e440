"""Versions of the terms: publishing, being asked, accepting, and what is kept of it."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.test import Client
from django.urls import reverse

from accounts.models import User
from core.models import Acceptance, PolicyVersion, SitePage
from core.personal import exported
from tests.accounts.pages import link_in, sent_emails

pytestmark = pytest.mark.django_db
Browser = Callable[[User | None], Client]


def publish(admin: Client, kind: str, text: str, **values: str) -> PolicyVersion:
    """Publishes a version on the page of staff."""
    response = admin.post(reverse("operations:publish_text", args=[kind]), {"text": text, **values})
    assert response.status_code == 302
    return PolicyVersion.objects.get(kind=kind, text=text)


def test_people_are_asked_at_a_new_version_and_come_back_to_where_they_were(
    alex: User, cleo: User, browser_of: Browser
) -> None:
    admin, client = browser_of(alex), browser_of(cleo)
    first = publish(admin, "terms", "Be kind.", is_asked="on")
    admin.post(reverse("accounts:agree"), {"version": first.pk})

    asked = client.get("/builders/?q=film")
    sent = client.post("/contact/", {"text": "I am in the middle of something."})
    page = client.get(asked["Location"]).content.decode()
    back = client.post("/account/agree/", {"version": first.pk, "next": "/builders/?q=film"})

    assert asked["Location"] == "/account/agree/?next=%2Fbuilders%2F%3Fq%3Dfilm"
    assert sent["Location"] == "/contact/"
    assert "Terms" in page
    assert client.get(reverse("core:text_version", args=["terms", 1])).status_code == 200
    assert back["Location"] == "/builders/?q=film"
    assert client.get("/builders/?q=film").status_code == 200

    publish(admin, "terms", "Be kind, please.", summary="A word was added.")
    assert client.get("/builders/").status_code == 200
    third = publish(admin, "terms", "Be kind and on time.", summary="Come on time.", is_asked="on")
    assert client.get("/builders/").status_code == 302
    assert client.post("/account/agree/", {"version": first.pk}).status_code == 409
    client.post("/account/agree/", {"version": third.pk})
    assert client.get("/builders/").status_code == 200

    history = client.get("/account/agree/").content.decode()
    assert "Terms, version 1" in history
    assert "Terms, version 3" in history
    rows = next(part.rows for part in exported(cleo) if part.name == "acceptances")
    assert {row["version__number"] for row in rows} == {1, 3}


def test_the_page_shows_the_version_in_force_and_earlier_ones_stay(alex: User, browser_of: Browser) -> None:
    admin, visitor = browser_of(alex), browser_of(None)
    publish(admin, "privacy", "We keep little.")
    publish(admin, "privacy", "We keep less.")

    page = visitor.get("/privacy/").content.decode()
    earlier = visitor.get("/texts/privacy/1/").content.decode()

    assert "We keep less." in page
    assert "version 2" in page
    assert "We keep little." in earlier
    assert "replaced by a" in earlier
    assert SitePage.objects.get(pk="privacy").text == "We keep less."
    same = admin.post(reverse("operations:publish_text", args=["privacy"]), {"text": "We keep less."})
    assert "Change it first." in same.content.decode()
    listed = admin.get(reverse("operations:policy_texts")).content.decode()
    assert "Privacy notice, version 2" in listed


def test_joining_accepts_the_versions_in_force(alex: User, browser_of: Browser) -> None:
    version = publish(browser_of(alex), "terms", "Be kind.", is_asked="on")
    visitor = browser_of(None)
    words = {"email": "nia@people.test", "display_name": "Nia Newcomer", "password1": "a short sentence is fine"}

    assert "By joining you agree" in visitor.get("/account/signup/").content.decode()
    visitor.post("/account/signup/", words)
    visitor.post(link_in(sent_emails()[0].text))

    acceptance = Acceptance.objects.get(person__email="nia@people.test")
    assert (acceptance.version, acceptance.occasion) == (version, "sign_up")
    assert visitor.get("/builders/").status_code == 200
