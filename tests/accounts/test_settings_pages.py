"""The pages for a person's details and for a builder's profile."""

from __future__ import annotations

import pytest
from django.test import Client
from django.urls import reverse

from accounts.models import User

pytestmark = pytest.mark.django_db
LISTING = "/dashboard/listing/"


def test_name_and_zone_are_saved(cleos: Client, cleo: User) -> None:
    page = cleos.post(
        reverse("accounts:settings"), {"display_name": "Cleo P.", "timezone": "Asia/Kathmandu"}, follow=True
    )

    cleo.refresh_from_db()
    assert (cleo.display_name, cleo.timezone) == ("Cleo P.", "Asia/Kathmandu")
    assert "Your details have been saved." in page.content.decode()


@pytest.mark.parametrize(
    ("name", "zone"), [("", "Europe/Berlin"), ("x" * 81, "Europe/Berlin"), ("Cleo", "Mars/Olympus")]
)
def test_invalid_details_are_refused(cleos: Client, cleo: User, name: str, zone: str) -> None:
    page = cleos.post(reverse("accounts:settings"), {"display_name": name, "timezone": zone})

    assert page.status_code == 422
    assert "There is a problem" in page.content.decode()
    cleo.refresh_from_db()
    assert (cleo.display_name, cleo.timezone) == ("Cleo Park", "Europe/London")


def test_unknown_fields_are_ignored(cleos: Client, cleo: User) -> None:
    cleos.post(
        reverse("accounts:settings"),
        {"display_name": "Cleo", "timezone": "UTC", "is_staff": "1", "email": "x@y.test", "roles": "admin"},
    )

    cleo = User.objects.get(pk=cleo.pk)
    assert (cleo.is_staff, cleo.email) == (False, "cleo.park@people.test")


def test_a_builder_edits_and_hides_their_profile(adas: Client, ada: User) -> None:
    adas.post(LISTING, {"act": "save", "headline": "New line", "bio": "Text", "is_published": "on"})
    assert "New line" in adas.get("/builders/ada-moreno/").content.decode()

    adas.post(LISTING, {"act": "save", "headline": "New line", "bio": "Text"})
    assert adas.get("/builders/ada-moreno/").status_code == 404


def test_a_headline_is_required(adas: Client) -> None:
    page = adas.post(LISTING, {"act": "save", "headline": "", "bio": "Text"})

    assert page.status_code == 422
    assert "Enter a headline." in page.content.decode()
