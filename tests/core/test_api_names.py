"""Tests that `core.api` alone turns field names into camelCase: in the refusals of services, but not in what was sent."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest
from django.http import HttpRequest
from django.test import Client, override_settings
from django.urls import include, path
from ninja import Body, Router

from core.api import Api, In, SuccessBody, anyone, parsed, renamed_fields
from core.errors import Refusal, Refused

router = Router()


class SessionIn(In):
    start_time: str
    seats: int = 1


@router.post("/refused", auth=anyone, response=SuccessBody)
def refuse(request: HttpRequest, renames: bool = False) -> SuccessBody:
    fields = {"starts_at": ["Too soon."], "answers.3f2a-1b": ["Say yes or no."], "pathway": ["It is closed."]}
    conflict = [{"name": "Summer", "ends_on": "2027-07-31"}]
    with renamed_fields(**({"pathway": "pathway_id", "answers": "custom_answers"} if renames else {})):
        raise Refused(Refusal.INVALID, fields=fields, is_final=True, conflict=conflict)


@router.post("/declared", auth=anyone, response=SuccessBody)
def declared(request: HttpRequest, payload: Body[SessionIn]) -> SuccessBody:
    return SuccessBody()


@router.post("/parsed", auth=anyone, response=SuccessBody)
def parse(request: HttpRequest) -> SuccessBody:
    assert parsed(request, SessionIn).seats
    return SuccessBody()


def api() -> Api:
    instance = Api(urls_namespace="names", docs_url=None, openapi_url=None)
    instance.add_router("", router)
    return instance


urlpatterns = [path("api/names/", api().urls), path("", include("config.urls"))]


@pytest.fixture
def client(db: None) -> Iterator[Client]:
    with override_settings(ROOT_URLCONF=__name__):
        yield Client()


def send(client: Client, name: str, body: object) -> dict[str, Any]:
    text = body if isinstance(body, str) else json.dumps(body)
    answer = client.post(f"/api/names/{name}", text, content_type="application/json")
    error: dict[str, Any] = answer.json().get("error", {})
    return error


def test_the_names_of_fields_and_details_become_camel_case(client: Client) -> None:
    error = send(client, "refused", {})

    assert error["fields"] == {
        "startsAt": ["Too soon."],
        "answers.3f2a-1b": ["Say yes or no."],
        "pathway": ["It is closed."],
    }
    assert error["isFinal"] is True
    assert error["conflict"] == [{"name": "Summer", "endsOn": "2027-07-31"}]


def test_an_operation_can_rename_the_fields_of_a_refusal(client: Client) -> None:
    fields = send(client, "refused?renames=true", {})["fields"]

    assert list(fields) == ["startsAt", "customAnswers.3f2a-1b", "pathwayId"]


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"startTime": "now", "start_time": "now"}, "start_time"),
        ({"seats": 1}, "startTime"),
        ({"startTime": "now", "line_up": "\x00"}, "line_up"),
    ],
)
@pytest.mark.parametrize("operation", ["declared", "parsed"])
def test_the_names_in_a_body_are_answered_as_they_were_sent(
    client: Client, operation: str, body: dict[str, object], field: str
) -> None:
    assert list(send(client, operation, body)["fields"]) == [field]


@pytest.mark.parametrize("operation", ["declared", "parsed"])
def test_a_body_that_is_not_json_is_a_bad_request(client: Client, operation: str) -> None:
    assert send(client, operation, "{")["code"] == "bad_request"


@pytest.mark.parametrize("operation", ["declared", "parsed"])
def test_a_complete_body_is_accepted(client: Client, operation: str) -> None:
    assert send(client, operation, {"startTime": "now"}) == {}
