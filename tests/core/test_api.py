"""Tests that every operation of the API answers wrong requests with the error envelope, never with HTML."""

from __future__ import annotations

import json
from typing import Any
from urllib.parse import urlencode

import pytest
from django.test import Client

from accounts.models import ApiToken, User
from accounts.tokens import services as tokens
from config.api import api
from tests.api import OPERATIONS, SCHEMA, SCHEMA_FILE, filled, is_envelope
from tests.bookings.cast import forgotten
from tests.cast import with_all_roles
from tests.garbage import a_few_or_all, some_of


def test_the_schema_is_the_committed_one() -> None:
    """After an intended change, run DEMO=1 .venv/bin/python manage.py export_openapi > docs/openapi.json."""
    assert json.loads(json.dumps(api.get_openapi_schema(), default=str)) == SCHEMA


@pytest.mark.django_db
@pytest.mark.parametrize("token", ["Bearer wm_wrong", "Bearer ", "bearer nonsense"])
def test_a_bad_token_is_401_everywhere(client: Client, token: str) -> None:
    for method, address in OPERATIONS:
        answer = client.generic(method, filled(address), headers={"Authorization": token})

        assert answer.status_code == 401, (method, address)
        assert is_envelope(answer.json())


@pytest.mark.django_db
def test_a_wrong_method_is_answered_405_with_the_allowed_ones(client: Client) -> None:
    for method, address in OPERATIONS:
        answer = client.generic("TRACE", filled(address))

        assert answer.status_code == 405, address
        assert method in answer["Allow"]
        assert answer.json()["error"]["code"] == "method_not_allowed"


@pytest.fixture
def everybody(ada: User) -> User:
    """Returns a person with all roles, so that no request is refused for lack of one."""
    return with_all_roles(ada)


@pytest.fixture
def caller(everybody: User) -> Client:
    """Returns a client that sends a token of the person with all roles."""
    return Client(headers={"Authorization": f"Bearer {tokens.issue(user=everybody, name='t')}"})


def send(caller: Client, method: str, address: str, body: bytes = b"", kind: str = "application/json") -> Any:
    """Sends a request and rolls back what it changed, so that the next one meets the same rows."""
    with forgotten():
        return caller.generic(method, address, body, kind)


GARBAGE = {
    "nothing": b"",
    "not JSON": b"{",
    "not text": b"\xff\xfe\x00",
    "a list": b"[]",
    "a number": b"7",
    "null": b"null",
    "unknown members": b'{"isStaff": true, "nonsense": 1}',
    "deep": b"[" * 2_000 + b"]" * 2_000,
    "a NUL": b'{"reason": "a\\u0000b"}',
    "a NUL inside": b'{"guest": {"name": "a\\u0000b"}, "builderId": "\\u0000", "coachId": "\\u0000"}',
    "half a pair": b'{"builderId": "\\ud800", "coachId": "\\udc00", "evidence": {"text": "\\ud800"}}',
    "half a pair as a name": b'{"\\ud800": 1}',
    "half a pair alone": b'"\\ud800"',
    "very deep": b'{"a":' * 100_000 + b"1" + b"}" * 100_000,
    "not a number": b'{"rate": NaN, "durationMinutes": Infinity, "version": 1e999}',
    "many digits": b'{"durationMinutes": ' + b"9" * 5_000 + b"}",
    "too large": b'{"reason": "' + b"a" * 3_000_000 + b'"}',
}


CREATED = 201
# What operations without a body answer to any: the first asks the provider at once, and here there is none; of the other's
# codes there are at most ten.
WITHOUT_BODY = {"/api/billing/payment-methods": {503}, "/api/referrals/codes": {201, 409}}


@pytest.mark.slow
@pytest.mark.django_db
@a_few_or_all
def test_garbage_is_answered_in_the_envelope(caller: Client, is_all: bool) -> None:
    operations = [operation for operation in OPERATIONS if operation[0] != "GET"]
    for number, (method, address) in enumerate(operations):
        for name in some_of(list(GARBAGE), number, 6, is_all=is_all):
            assert_garbage_is_refused(caller, method, address, name)


def assert_garbage_is_refused(caller: Client, method: str, address: str, name: str) -> None:
    body = GARBAGE[name]
    answer = send(caller, method, filled(address), body)

    expected = {413} if len(body) > 2_621_440 else {400, 404, 422}
    expected = WITHOUT_BODY[address] | {413} if address in WITHOUT_BODY else expected
    assert answer.status_code in expected, (method, address, name)
    assert answer.status_code == CREATED or is_envelope(answer.json()), (method, address, name)
    assert answer["Content-Type"].startswith("application/json"), (method, address, name)


@pytest.mark.django_db
@pytest.mark.parametrize(
    "kind", ["multipart/form-data; boundary=x", "multipart/form-data", "text/plain; charset=utf-16"]
)
def test_a_body_of_another_content_type_is_answered_in_the_envelope(kind: str, caller: Client) -> None:
    for method, address in OPERATIONS:
        if method == "POST":
            answer = send(caller, method, filled(address), b"--x--\r\n", kind)

            assert answer.status_code in {200, 201, 400, 404, 422} | WITHOUT_BODY.get(address, set()), address
            assert answer.status_code < 300 or is_envelope(answer.json()), address


TEXTS = ("nonsense", "9999-12-31", "0001-01-01T00:00:00+14:00", "nan", "1e999", "9" * 5_000, "-1", "[]", "\ufffd")
PARAMETERS = SCHEMA["paths"]


@pytest.mark.slow
@pytest.mark.django_db
@a_few_or_all
def test_query_strings_of_garbage_are_answered_in_the_envelope(everybody: User, caller: Client, is_all: bool) -> None:
    slug = everybody.builder_profile.slug
    queries = [
        (address, name)
        for method, address in OPERATIONS
        if method == "GET"
        for name in [
            *(parameter["name"] for parameter in PARAMETERS[address]["get"].get("parameters", ())),
            "from",
            "cursor",
        ]
    ]
    for number, (address, name) in enumerate(queries):
        for text in some_of(TEXTS, number, 2, is_all=is_all):
            query = urlencode({"builderId": slug, "coachId": slug} | {name: [text, text]}, doseq=True)

            answer = send(caller, "GET", f"{filled(address)}?{query}")

            assert answer.status_code < 500, (address, name, text)
            assert answer.status_code < 300 or is_envelope(answer.json()), (address, name, text)


@pytest.mark.django_db
def test_the_field_with_a_character_that_cannot_be_saved_is_named(cleo: User) -> None:
    headers = {"Authorization": f"Bearer {tokens.issue(user=cleo, name='t')}"}
    body = b'{"guest": {"name": "a\\ud800"}}'

    answer = Client().post("/api/bookings/create", body, content_type="application/json", headers=headers)

    assert answer.status_code == 422
    assert answer.json()["error"]["fields"] == {"guest.name": ["This contains a character that cannot be saved."]}


@pytest.mark.django_db
@pytest.mark.parametrize("year", ["0001", "1899", "2201", "9999"])
def test_instants_out_of_range_are_refused(year: str, ada: User) -> None:
    query = {"coachId": "ada-moreno", "from": f"{year}-06-01T10:00:00+00:00"}

    answer = Client().get("/api/coaching/sessions/available", query)

    assert answer.status_code == 422
    assert set(answer.json()["error"]["fields"]) == {"from"}


@pytest.mark.django_db
@pytest.mark.parametrize("identity", ["0", "not-a-uuid", "%00", "..%2f", "00000000-0000-0000-0000-000000000000"])
def test_an_unknown_or_malformed_id_is_answered_404(identity: str, caller: Client) -> None:
    for method, address in OPERATIONS:
        if "{" in address:
            answer = send(caller, method, filled(address, identity), b"{}")

            assert answer.status_code == 404, (method, address)
            assert is_envelope(answer.json()), (method, address)


@pytest.mark.django_db
@pytest.mark.parametrize("address", ["/api/pathways?x=%00", "/builders/?q=%00", "/builders/%00/", "/account/%00"])
def test_a_nul_in_an_address_is_refused(address: str) -> None:
    assert Client().get(address).status_code in {400, 404}


@pytest.mark.django_db
def test_anonymous_requests_get_a_result_or_the_envelope(client: Client) -> None:
    for method, address in OPERATIONS:
        answer = client.generic(method, filled(address), b"", content_type="application/json")

        assert answer.status_code < 500, (method, address)
        assert answer.status_code < 300 or is_envelope(answer.json()), (method, address)


@pytest.mark.django_db
@pytest.mark.parametrize("address", ["/api/", "/api/nothing", "/api/me/and/more", "/api/%00", "/api/../x"])
@pytest.mark.parametrize("method", ["GET", "POST", "DELETE"])
def test_unknown_addresses_are_answered_as_json(method: str, address: str) -> None:
    answer = Client().generic(method, address)

    assert answer.status_code == 404
    assert answer.json()["error"]["code"] == "not_found"


@pytest.mark.django_db
def test_me_can_be_read_with_a_token(ada: User) -> None:
    secret = tokens.issue(user=ada, name="laptop")

    answer = Client().get("/api/me", headers={"Authorization": f"Bearer {secret}"})

    assert answer.json() == {
        "success": True,
        "user": {
            "id": str(ada.pk),
            "email": "ada.moreno@people.test",
            "displayName": "Ada Moreno",
            "roles": ["client", "builder"],
            "timezone": "Europe/Berlin",
            "isBuilder": True,
        },
    }
    assert ApiToken.objects.get().used_at is not None
    assert "no-store" in answer["Cache-Control"]


@pytest.mark.django_db
def test_a_token_is_stored_as_a_hash_and_can_be_revoked(ada: User) -> None:
    secret = tokens.issue(user=ada, name="laptop")
    assert secret.startswith("wm_")
    assert secret not in str(ApiToken.objects.values().get())

    tokens.revoke_named(user=ada, name="laptop")
    assert tokens.person_of(secret) is None


@pytest.mark.django_db
def test_tokens_of_inactive_people_do_not_work(ada: User) -> None:
    secret = tokens.issue(user=ada, name="laptop")
    User.objects.update(is_active=False)

    assert tokens.person_of(secret) is None


@pytest.mark.django_db
def test_me_can_be_read_with_a_session(cleo: User) -> None:
    client = Client()
    client.force_login(cleo)

    assert client.get("/api/me").json()["user"]["roles"] == ["client"]


@pytest.mark.django_db
def test_pathways_are_listed() -> None:
    body = Client().get("/api/pathways").json()

    assert [pathway["id"] for pathway in body["pathways"]] == ["accelerate", "pivot", "play"]
    assert set(body["pathways"][0]) == {"id", "name", "description", "skillCount"}


def test_the_committed_schema_has_one_member_per_line() -> None:
    assert SCHEMA_FILE.read_text().startswith("{\n")


@pytest.mark.django_db
def test_requests_are_limited_and_the_headers_show_the_usage(cleo: User, settings: Any) -> None:
    settings.LIMIT_REQUESTS_PER_MINUTE = 3
    headers = {"Authorization": f"Bearer {tokens.issue(user=cleo, name='t')}"}

    answers = [Client().get("/api/me", headers=headers) for _ in range(4)]

    assert [answer.status_code for answer in answers] == [200, 200, 200, 429]
    assert [answer["X-RateLimit-Remaining"] for answer in answers] == ["2", "1", "0", "0"]
    assert answers[3].json()["error"]["code"] == "rate_limited"
    assert 0 < int(answers[3]["Retry-After"]) <= 61
    assert Client().get("/api/pathways").status_code == 200, "others are not limited by it"


@pytest.mark.django_db
def test_a_limit_of_zero_allows_all_requests(settings: Any) -> None:
    settings.LIMIT_REQUESTS_PER_MINUTE = 0

    assert "X-RateLimit-Limit" not in Client().get("/api/pathways")
