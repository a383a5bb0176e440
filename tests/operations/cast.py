"""Staff who act as a person, for the tests of operations."""

from __future__ import annotations

from django.test import Client
from django.urls import reverse

from accounts.models import User

REASON = "Cleo cannot find her booking."


def act_as(browser: Client, person: User) -> Client:
    """Begins to act as the person, by the form on their page."""
    answer = browser.post(reverse("operations:act_as", args=[person.pk]), {"reason": REASON})
    assert answer["Location"] == reverse("accounts:start")
    return browser
