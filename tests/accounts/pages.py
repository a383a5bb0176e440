"""Joining and signing in as a person does it in the browser, and reading the emails about it."""

from __future__ import annotations

import re
from typing import Any

from django.test import Client
from django.urls import reverse

from core import outbox
from core.demo_mail import StoredEmail, stored_emails
from tests.cast import PASSWORD


def sent_emails() -> list[StoredEmail]:
    """Delivers the outbox and returns all mails, newest first."""
    outbox.deliver_due()
    return stored_emails()


def link_in(text: str) -> str:
    """Returns the path of the first link in the text."""
    match = re.search(r"https?://[^/\s]+(/\S+)", text)
    assert match, text
    return match.group(1)


def join(client: Client, email: str = "new@people.test") -> Any:
    form = {"display_name": "Nora New", "email": email, "password1": "a-long-enough-phrase"}
    return client.post(reverse("account_signup"), form, follow=True)


def sign_in(client: Client, email: str, password: str = PASSWORD) -> Any:
    return client.post(reverse("account_login"), {"login": email, "password": password})
