"""`/api/user/role`: people read their own roles and apply for one; admins change the roles of others."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any
from uuid import uuid4

import pytest
from django.test import Client

from accounts.models import BuilderApplication, BuilderProfile, User
from accounts.tokens import services as tokens

pytestmark = pytest.mark.django_db
MESSAGE = "I have taught forty people to throw pots, and they still do."


def request(person: User, method: str = "POST", body: Any = None) -> Any:
    headers = {"Authorization": f"Bearer {tokens.issue(user=person, name='t')}"}
    data = "" if body is None else body
    return Client().generic(
        method, "/api/user/role", data=json.dumps(data), content_type="application/json", headers=headers
    )


def test_people_read_their_own_roles_with_history(ada: User) -> None:
    body = request(ada, "GET").json()

    assert body["success"] is True
    assert body["roles"] == ["client", "builder"]
    (entry,) = body["history"]
    assert set(entry) == {"role", "grantedAt", "reason", "revokedAt", "revokeReason"}
    assert entry["grantedAt"].endswith("Z")


def test_an_admin_grants_and_revokes_in_one_request(alex: User, ada: User) -> None:
    answer = request(
        alex, body={"userId": str(ada.pk), "grant": ["support"], "revoke": ["builder"], "reason": "New job"}
    )

    assert answer.status_code == 200
    assert answer.json()["roles"] == ["client", "support"]
    assert BuilderProfile.objects.get(user=ada).is_published is False


def test_granting_builder_creates_a_profile(alex: User, cleo: User) -> None:
    request(alex, body={"userId": str(cleo.pk), "grant": ["builder"], "reason": "x"})

    assert BuilderProfile.objects.get(user=cleo).slug == "cleo-park"


def test_the_last_admin_keeps_the_role(alex: User) -> None:
    answer = request(alex, body={"userId": str(alex.pk), "revoke": ["admin"], "reason": "tired"})

    assert answer.status_code == 409
    assert answer.json()["error"]["code"] == "last_admin"


def test_a_refused_change_changes_nothing(alex: User) -> None:
    request(alex, body={"userId": str(alex.pk), "grant": ["support"], "revoke": ["admin"], "reason": "x"})

    assert User.objects.get(pk=alex.pk).roles == {"admin"}


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"grant": ["builder"], "reason": "x"}, "userId"),
        ({"userId": str(uuid4()), "reason": "x"}, "grant"),
        ({"userId": str(uuid4()), "grant": ["builder"]}, "reason"),
        ({"userId": "nobody", "grant": ["builder"], "reason": "x"}, "userId"),
        ({"userId": str(uuid4()), "grant": ["king"], "reason": "x"}, "grant.0"),
        ({"userId": str(uuid4()), "grant": ["builder"], "revoke": ["builder"], "reason": "x"}, "revoke"),
        ({"userId": str(uuid4()), "grant": ["builder"], "reason": "x", "isStaff": True}, "isStaff"),
        ({"user_id": str(uuid4()), "grant": ["builder"], "reason": "x"}, "user_id"),
        ([], "body"),
    ],
)
def test_invalid_fields_are_named_as_they_were_sent(alex: User, body: Any, field: str) -> None:
    answer = request(alex, body=body)

    assert answer.status_code == 422
    assert field in answer.json()["error"]["fields"]


def test_invalid_json_is_a_bad_request(alex: User) -> None:
    headers = {"Authorization": f"Bearer {tokens.issue(user=alex, name='t')}"}
    answer = Client().post("/api/user/role", data="{", content_type="application/json", headers=headers)

    assert answer.status_code == 400
    assert answer.json()["error"]["code"] == "bad_request"


def test_an_unknown_person_is_not_found(alex: User) -> None:
    assert request(alex, body={"userId": str(uuid4()), "grant": ["builder"], "reason": "x"}).status_code == 404


def test_everyone_else_may_only_apply(cleo: User, suri: User, ada: User) -> None:
    for person in (cleo, suri, ada):
        assert request(person, body={"userId": str(person.pk), "grant": ["admin"], "reason": "x"}).status_code == 403
    assert request(cleo, body={"apply": "builder", "message": MESSAGE, "userId": str(ada.pk)}).status_code == 403

    answer = request(cleo, body={"apply": "builder", "message": MESSAGE})
    assert answer.status_code == 201
    assert answer.json()["application"]["state"] == "OPEN"
    assert BuilderApplication.objects.get().user == cleo
    assert request(cleo, body={"apply": "builder", "message": MESSAGE}).json()["error"]["code"] == "already_applied"
    assert request(ada, body={"apply": "builder", "message": MESSAGE}).json()["error"]["code"] == "already_builder"
    assert "message" in request(suri, body={"apply": "builder"}).json()["error"]["fields"]


def test_a_session_needs_a_csrf_token(cleo: User) -> None:
    client = Client(enforce_csrf_checks=True)
    client.force_login(cleo)

    answer = client.post("/api/user/role", {"apply": "builder", "message": MESSAGE}, content_type="application/json")

    assert answer.status_code == 403
    assert answer.json()["error"]["code"] == "csrf"


def test_a_token_is_shown_once_and_revoked_by_its_owner(
    confirmed: Callable[[User], Client], cleo: User, ada: User
) -> None:
    client = confirmed(cleo)
    page = client.post("/account/tokens/", {"name": "laptop", "scopes": "read", "days": "365"}).content.decode()
    secret = page.split('<pre class="break secret" tabindex="0">')[1].split("</pre>")[0]
    assert tokens.person_of(secret) == cleo
    assert secret not in client.get("/account/tokens/").content.decode(), "shown once"
    assert client.post("/account/tokens/", {"name": ""}).status_code == 422

    token = cleo.api_tokens.get()
    other = Client()
    other.force_login(ada)
    assert other.post(f"/account/tokens/{token.pk}/revoke/").status_code == 404
    client.post(f"/account/tokens/{token.pk}/revoke/")
    assert tokens.person_of(secret) is None
