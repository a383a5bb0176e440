"""Requests on trial to the pages that everybody needs, answered by this process without a server."""

from __future__ import annotations

from django.conf import settings
from django.test import Client

PATHS = ("/", "/builders/", "/account/login/", "/help/", "/healthz", "/readyz", "/api/openapi.json")


def smoke_requests() -> list[str]:
    """Returns a sentence for each page that does not answer as it should."""
    host = settings.ALLOWED_HOSTS[0].removeprefix(".").replace("*", "localhost")
    client = Client(raise_request_exception=False, headers={"host": host})
    problems = []
    for path in PATHS:
        answer = client.get(path, secure=True)
        if answer.status_code != 200:
            problems.append(f"{path} answers {answer.status_code}")
    return problems
