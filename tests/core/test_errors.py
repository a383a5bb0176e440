"""Whatever goes wrong ends in a page that says what to do, or in the API's envelope."""

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
        ("broken", 500, "has been noted"),
        ("outage", 503, "Try again in a moment"),
    ],
)
def test_error_pages_say_what_to_do(client: Client, name: str, status: int, words: str) -> None:
    answer = client.get(f"/fail/{name}/")

    assert answer.status_code == status
    assert words in answer.content.decode()
    assert answer["X-Request-ID"] in answer.content.decode()
    assert "no-store" in answer["Cache-Control"]


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("name", "code"), [("limited", "rate_limited"), ("broken", "failed"), ("outage", "unavailable")]
)
def test_under_the_api_they_are_json(client: Client, name: str, code: str) -> None:
    answer = client.get(f"/api/fail/{name}/")

    assert answer.json()["error"]["code"] == code
    assert answer.json()["success"] is False


@pytest.mark.django_db
def test_who_waits_is_told_how_long(client: Client) -> None:
    assert client.get("/fail/limited/")["Retry-After"] == "42"
    assert client.get("/fail/outage/")["Retry-After"] == "5"


@pytest.mark.django_db
def test_a_lost_page_offers_a_way_on(client: Client) -> None:
    answer = client.get("/no/such/path/")

    assert answer.status_code == 404
    assert "/builders/" in answer.content.decode()


@pytest.mark.django_db
def test_a_form_without_its_token_is_explained() -> None:
    strict = Client(enforce_csrf_checks=True)

    answer = strict.post(reverse("account_login"), {"login": "x", "password": "y"})

    assert answer.status_code == 403
    assert "Load it again" in answer.content.decode()


@pytest.mark.django_db
def test_error_pages_keep_the_theme(client: Client) -> None:
    client.cookies["theme"] = "terminal"

    assert 'data-theme="terminal"' in client.get("/nothing/").content.decode()


def test_the_table_in_the_docs_is_the_enum() -> None:
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
def test_when_to_try_again_in_words(seconds: int | None, words: str) -> None:
    assert Refused(Refusal.RATE_LIMITED, retry_after=seconds).wait == words
