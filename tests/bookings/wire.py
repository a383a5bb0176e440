"""A client for the JSON API, and helpers to read its answers."""

from __future__ import annotations

import json
from typing import Any

from django.test import Client

from accounts.models import User
from accounts.tokens import services as tokens
from tests.scheduling.cast import soon

CREATE = "/api/bookings/create"


class Caller:
    """Sends requests to the API with a person's token, or without a token."""

    def __init__(self, person: User | None) -> None:
        self.headers = {"Authorization": f"Bearer {tokens.issue(user=person, name='t')}"} if person else {}
        self.client = Client()

    def send(self, method: str, address: str, body: Any = None, **headers: str) -> Any:
        return self.client.generic(
            method,
            address,
            "" if body is None else json.dumps(body),
            "application/json",
            headers=self.headers | headers,
        )

    def post(self, address: str, body: Any, **headers: str) -> Any:
        return self.send("POST", address, body, **headers)


def at(hour_: int = 10, **options: Any) -> str:
    return soon(hour_, **options).isoformat()


def wire(instant: Any) -> str:
    return str(instant.strftime("%Y-%m-%dT%H:%M:%SZ"))


def error(answer: Any) -> dict[str, Any]:
    body: dict[str, Any] = answer.json()["error"]
    return body
