"""The steps of booking through the pages, as a browser without JavaScript takes them."""

from __future__ import annotations

import re
from typing import Any

from django.test import Client
from django.urls import reverse

from coaching.models import SessionType
from tests.scheduling.cast import soon


def page(name: str, session_type: SessionType) -> str:
    return reverse(f"bookings:{name}", args=["ada-moreno", session_type.pk])


def choose(client: Client, session_type: SessionType, start: Any = None, **values: str) -> str:
    """Chooses a time, and returns the address it redirects to."""
    start = start or soon()
    values = {
        "minutes": str(session_type.default_minutes),
        "start": start.isoformat(),
        "zone": "Europe/London",
    } | values
    answer = client.post(page("hold", session_type), values)
    assert answer.status_code == 302
    return str(answer["Location"])


def go_on(client: Client, details: str, **typed: str) -> Any:
    return client.post(details, typed)


def key_of(answer: Any) -> str:
    match = re.search(r'name="key" value="([^"]+)"', answer.content.decode())
    assert match
    return match[1]


def form_of(answer: Any) -> dict[str, str]:
    """Returns the hidden fields of the form that books."""
    return dict(
        re.findall(
            r'<input type="hidden" name="(key|price|currency|terms|accepts)" value="([^"]*)">', answer.content.decode()
        )
    )
