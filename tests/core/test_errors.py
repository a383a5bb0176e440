"""Tests that all errors are answered with an error page, or with the error envelope under /api/."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from django.core.exceptions import PermissionDenied, SuspiciousOperation
from django.db import OperationalError
from django.http import HttpRequest, HttpResponse
from django.test import Client, override_settings
from django.urls import include, path, reverse

from config.embedded.paths import PROJECT
from core.access import public
from core.errors import Refusal, Refused, table

RAISED: dict[str, Exception] = {
    "bad": SuspiciousOperation(),
    "forbidden": PermissionDenied(),
    "limited": Refused(Refusal.RATE_LIMITED, retry_after=42),
    "broken": ZeroDivisionError(),
    "outage": OperationalError("connection refused"),
}


@public
def fail(request: HttpRequest, name: str) -> HttpResponse:
    raise RAISED[name]


urlpatterns = [path("fail/<name>/", fail), path("api/fail/<name>/", fail), path("", include("config.urls"))]
handler400 = "core.views.errors.bad_request"
handler403 = "core.views.errors.forbidden"
handler404 = "core.views.errors.not_found"
handler500 = "core.views.errors.server_error"


@pytest.fixture
def client() -> Iterator[Client]:
    with override_settings(ROOT_URLCONF="tests.core.test_errors"):
        yield Client(raise_request_exception=False)


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("name", "status", "words"),
    [
        ("bad", 400, "could not be read"),
        ("forbidden", 403, "You may not do this"),
        ("limited", 429, "try again in 42 seconds"),
        ("broken", 500, "have been notified"),
        ("outage", 503, "Try again in a minute"),
    ],
)
def test_an_error_page_has_status_sentence_and_request_id(client: Client, name: str, status: int, words: str) -> None:
    answer = client.get(f"/fail/{name}/")

    assert answer.status_code == status
    assert words in answer.content.decode()
    assert answer["X-Request-ID"] in answer.content.decode()
    assert "no-store" in answer["Cache-Control"]


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("name", "code"), [("limited", "rate_limited"), ("broken", "failed"), ("outage", "unavailable")]
)
def test_errors_under_the_api_are_json(client: Client, name: str, code: str) -> None:
    answer = client.get(f"/api/fail/{name}/")

    assert answer.json()["error"]["code"] == code
    assert answer.json()["success"] is False


@pytest.mark.django_db
def test_retry_after_is_sent_with_limits_and_outages(client: Client) -> None:
    assert client.get("/fail/limited/")["Retry-After"] == "42"
    assert client.get("/fail/outage/")["Retry-After"] == "5"


@pytest.mark.django_db
def test_the_404_page_links_to_the_builders(client: Client) -> None:
    answer = client.get("/no/such/path/")

    assert answer.status_code == 404
    assert "/builders/" in answer.content.decode()


@pytest.mark.django_db
def test_a_form_without_its_csrf_token_is_refused_with_advice() -> None:
    strict = Client(enforce_csrf_checks=True)

    answer = strict.post(reverse("account_login"), {"login": "x", "password": "y"})

    assert answer.status_code == 403
    assert "Load it again" in answer.content.decode()


@pytest.mark.django_db
def test_error_pages_have_the_chosen_theme(client: Client) -> None:
    client.cookies["theme"] = "terminal"

    assert 'data-theme="terminal"' in client.get("/nothing/").content.decode()


def test_docs_errors_md_is_up_to_date() -> None:
    assert (PROJECT / "docs" / "errors.md").read_text() == table()


@pytest.mark.parametrize(
    ("seconds", "words"),
    [
        (None, ""),
        (1, "1 second"),
        (119, "119 seconds"),
        (120, "2 minutes"),
        (287, "5 minutes"),
        (3601, "61 minutes"),
        (7201, "3 hours"),
    ],
)
def test_the_wait_is_written_in_words_and_rounded_up(seconds: int | None, words: str) -> None:
    assert Refused(Refusal.RATE_LIMITED, retry_after=seconds).wait == words
