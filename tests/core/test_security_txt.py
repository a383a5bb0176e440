"""/.well-known/security.txt says where to report a weakness."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils.dateparse import parse_datetime

from core import clock


@pytest.mark.django_db
def test_it_names_who_to_write_to_and_until_when_it_is_valid(client: Client, settings: Any) -> None:
    settings.CONTACT_EMAIL = "help@waymark.example"

    answer = client.get("/.well-known/security.txt")

    facts = dict(line.split(": ", 1) for line in answer.content.decode().splitlines())
    assert answer["Content-Type"] == "text/plain; charset=utf-8"
    assert facts["Contact"] == "mailto:help@waymark.example"
    assert facts["Canonical"].endswith("/.well-known/security.txt")
    expires = parse_datetime(facts["Expires"])
    assert expires is not None
    assert timedelta(days=100) < expires - clock.now() < timedelta(days=365)
