"""Scopes of tokens: every operation of the API declares the scope it needs, and refuses tokens without it."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client

from accounts.models import User
from accounts.tokens import services as tokens
from core.scopes import Scope, default_for, is_allowed, widest
from tests.api import SCHEMA, filled, is_envelope
from tests.bookings.cast import forgotten
from tests.cast import with_all_roles

pytestmark = pytest.mark.django_db
NEEDED = {
    (method.upper(), address): operation.get("x-token-scope")
    for address, item in SCHEMA["paths"].items()
    for method, operation in item.items()
}
BOOKING = {
    ("POST", "/api/bookings/create"),
    ("POST", "/api/scheduling/bookings/create"),
    ("POST", "/api/coaching/sessions/book"),
    ("PATCH", "/api/bookings/{id}"),
    ("DELETE", "/api/bookings/{id}"),
    ("POST", "/api/bookings/{id}/pay"),
    ("POST", "/api/bookings/{id}/credit"),
    ("POST", "/api/packages/{id}/buy"),
    ("POST", "/api/bookings/{id}/proposals/{proposal_id}/accept"),
    ("POST", "/api/bookings/{id}/proposals/{proposal_id}/decline"),
    ("POST", "/api/session-plans"),
    ("PATCH", "/api/session-plans/{id}"),
    ("DELETE", "/api/session-plans/{id}"),
    ("POST", "/api/session-plans/{id}/hold"),
    ("POST", "/api/session-plans/{id}/book"),
}


@pytest.fixture
def everybody(ada: User) -> User:
    """Returns a person with all roles, so that no request is refused for lack of one."""
    return with_all_roles(ada)


def request(method: str, address: str, secret: str, body: bytes = b"{}") -> Any:
    headers = {"Authorization": f"Bearer {secret}"}
    return Client().generic(method, address, body, "application/json", headers=headers)


def test_every_operation_declares_a_scope_by_the_rule() -> None:
    for (method, address), scope in NEEDED.items():
        expected = Scope.BOOK if (method, address) in BOOKING else Scope.READ if method == "GET" else Scope.MANAGE
        assert scope == expected, (method, address)
    assert set(NEEDED) >= BOOKING


@pytest.mark.parametrize("scope", Scope)
def test_every_operation_asks_for_its_scope(scope: Scope, everybody: User) -> None:
    secret = tokens.issue(user=everybody, name="t", scopes=[scope])
    for (method, address), needed in NEEDED.items():
        with forgotten():
            answer = request(method, filled(address), secret)

        if is_allowed([scope], Scope(needed)):
            assert answer.status_code != 403 or answer.json()["error"]["code"] != "scope_required", (method, address)
            continue
        assert answer.status_code == 403, (method, address)
        assert is_envelope(answer.json()), (method, address)
        error = answer.json()["error"]
        assert error["code"] == "scope_required", (method, address)
        assert error["scope"] == needed, (method, address)
        assert f"“{needed}”" in error["message"], (method, address)


@pytest.mark.parametrize(
    ("scopes", "allowed"),
    [
        (["read"], {Scope.READ}),
        (["book"], {Scope.READ, Scope.BOOK}),
        (["manage"], set(Scope)),
        (["manage", "read"], set(Scope)),
        (["read", "book"], {Scope.READ, Scope.BOOK}),
    ],
)
def test_a_scope_includes_the_narrower_ones(scopes: list[str], allowed: set[Scope]) -> None:
    assert {scope for scope in Scope if is_allowed(scopes, scope)} == allowed


@pytest.mark.parametrize("scopes", [[], ["everything"]])
def test_unknown_scopes_raise_an_error(scopes: list[str]) -> None:
    with pytest.raises(ValueError):  # noqa: PT011  (the message is not fixed)
        widest(scopes)


def test_undeclared_operations_that_write_need_the_widest_scope() -> None:
    assert default_for(["GET"]) == default_for(["HEAD"]) == Scope.READ
    assert default_for(["GET", "POST"]) == default_for(["PURGE"]) == default_for([""]) == Scope.MANAGE


def test_a_session_has_no_scope(cleos: Client) -> None:
    answer = cleos.post("/api/user/role", {"apply": "builder"}, "application/json")

    assert answer.status_code == 422, "the person may do it; only the words are missing"


def test_refused_requests_of_a_token_count_for_the_limit(cleo: User, settings: Any) -> None:
    settings.LIMIT_REQUESTS_PER_MINUTE = 2
    secret = tokens.issue(user=cleo, name="t", scopes=["read"])

    statuses = [request("POST", "/api/user/role", secret).status_code for _ in range(3)]

    assert statuses == [403, 403, 429]


# How a token is sent ----------------------------------------------------------------------------


@pytest.mark.parametrize("scheme", ["Bearer", "bearer", "BEARER", " Bearer", "Bearer "])
def test_the_case_of_the_scheme_does_not_matter(cleo: User, scheme: str) -> None:
    secret = tokens.issue(user=cleo, name="t")

    assert Client().get("/api/me", headers={"Authorization": f"{scheme} {secret}"}).status_code == 200


@pytest.mark.parametrize("name", ["token", "access_token", "api_key", "authorization", "bearer"])
def test_a_token_in_the_url_is_not_read(cleo: User, name: str) -> None:
    """URLs are kept in logs and histories, so a token in one is not read."""
    secret = tokens.issue(user=cleo, name="t")

    assert Client().get("/api/me", {name: secret}).status_code == 401
    assert Client().post("/api/user/role", {name: secret}).status_code == 401


@pytest.mark.parametrize(
    "header",
    [
        "Bearer {secret}\0",
        "Bearer \0{secret}",
        "Bearer {secret}\xff",
        "Bearer {secret}\u20ac",
        "Bearer wm_\xe9\xe8",
        "Bearer {secret}, Bearer {secret}",
        "Bearer {secret} {secret}",
        "Bearer {upper}",
        "Bearer {half}",
        "Bearer {bare}",
        "Bearer " + "wm_" + "x" * 20_000,
    ],
)
def test_malformed_authorization_headers_are_refused(cleo: User, header: str) -> None:
    secret = tokens.issue(user=cleo, name="t")
    sent = header.format(secret=secret, upper=secret.upper(), half=secret[:20], bare=secret.removeprefix("wm_"))

    answer = Client().get("/api/me", HTTP_AUTHORIZATION=sent)

    assert answer.status_code == 401
    assert is_envelope(answer.json())


def test_a_session_does_not_replace_an_invalid_token(cleos: Client) -> None:
    assert cleos.get("/api/me", headers={"Authorization": "Bearer wm_wrong"}).status_code == 401


def test_a_token_takes_precedence_over_a_session(cleos: Client, ada: User) -> None:
    secret = tokens.issue(user=ada, name="t", scopes=["read"])
    headers = {"Authorization": f"Bearer {secret}"}

    assert cleos.get("/api/me", headers=headers).json()["user"]["email"] == ada.email
    assert cleos.post("/api/user/role", {}, "application/json", headers=headers).status_code == 403


def test_a_token_opens_no_page(cleo: User) -> None:
    headers = {"Authorization": f"Bearer {tokens.issue(user=cleo, name='t')}"}

    assert Client().get("/account/tokens/", headers=headers).status_code == 302


def test_use_is_recorded_even_when_the_scope_is_missing(cleo: User) -> None:
    secret = tokens.issue(user=cleo, name="t", scopes=["read"])

    request("POST", "/api/user/role", secret)

    assert cleo.api_tokens.get().used_at is not None
