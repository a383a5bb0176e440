"""`/api/user/role`: one's own roles with their history; admins change others', everyone else may only apply."""

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


def ask(person: User, method: str = "POST", body: Any = None) -> Any:
    headers = {"Authorization": f"Bearer {tokens.issue(user=person, name='t')}"}
    data = "" if body is None else body
    return Client().generic(
        method, "/api/user/role", data=json.dumps(data), content_type="application/json", headers=headers
    )


def test_ones_own_roles_and_their_history(ada: User) -> None:
    body = ask(ada, "GET").json()

    assert body["success"] is True
    assert body["roles"] == ["client", "builder"]
    (held,) = body["history"]
    assert set(held) == {"role", "grantedAt", "reason", "revokedAt", "revokeReason"}
    assert held["grantedAt"].endswith("Z")


def test_an_admin_grants_and_revokes_in_one_go(alex: User, ada: User) -> None:
    answer = ask(alex, body={"userId": str(ada.pk), "grant": ["support"], "revoke": ["builder"], "reason": "New job"})

    assert answer.status_code == 200
    assert answer.json()["roles"] == ["client", "support"]
    assert BuilderProfile.objects.get(user=ada).is_published is False


def test_granting_builder_makes_a_profile(alex: User, cleo: User) -> None:
    ask(alex, body={"userId": str(cleo.pk), "grant": ["builder"], "reason": "x"})

    assert BuilderProfile.objects.get(user=cleo).slug == "cleo-park"


def test_the_last_admin_stays(alex: User) -> None:
    answer = ask(alex, body={"userId": str(alex.pk), "revoke": ["admin"], "reason": "tired"})

    assert answer.status_code == 409
    assert answer.json()["error"]["code"] == "last_admin"


def test_half_of_a_change_is_none(alex: User) -> None:
    ask(alex, body={"userId": str(alex.pk), "grant": ["support"], "revoke": ["admin"], "reason": "x"})

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
def test_what_is_wrong_is_named_as_it_was_written(alex: User, body: Any, field: str) -> None:
    answer = ask(alex, body=body)

    assert answer.status_code == 422
    assert field in answer.json()["error"]["fields"]


def test_what_is_not_json_is_400(alex: User) -> None:
    headers = {"Authorization": f"Bearer {tokens.issue(user=alex, name='t')}"}
    answer = Client().post("/api/user/role", data="{", content_type="application/json", headers=headers)

    assert answer.status_code == 400
    assert answer.json()["error"]["code"] == "bad_request"


def test_nobody_is_404(alex: User) -> None:
    assert ask(alex, body={"userId": str(uuid4()), "grant": ["builder"], "reason": "x"}).status_code == 404


def test_everyone_else_may_only_apply(cleo: User, suri: User, ada: User) -> None:
    for person in (cleo, suri, ada):
        assert ask(person, body={"userId": str(person.pk), "grant": ["admin"], "reason": "x"}).status_code == 403
    assert ask(cleo, body={"apply": "builder", "message": MESSAGE, "userId": str(ada.pk)}).status_code == 403

    answer = ask(cleo, body={"apply": "builder", "message": MESSAGE})
    assert answer.status_code == 201
    assert answer.json()["application"]["state"] == "OPEN"
    assert BuilderApplication.objects.get().user == cleo
    assert ask(cleo, body={"apply": "builder", "message": MESSAGE}).json()["error"]["code"] == "already_applied"
    assert ask(ada, body={"apply": "builder", "message": MESSAGE}).json()["error"]["code"] == "already_builder"
    assert "message" in ask(suri, body={"apply": "builder"}).json()["error"]["fields"]


def test_a_session_alone_proves_no_intent(cleo: User) -> None:
    client = Client(enforce_csrf_checks=True)
    client.force_login(cleo)

    answer = client.post("/api/user/role", {"apply": "builder", "message": MESSAGE}, content_type="application/json")

    assert answer.status_code == 403
    assert answer.json()["error"]["code"] == "csrf"


def test_tokens_on_their_page(confirmed: Callable[[User], Client], cleo: User, ada: User) -> None:
    client = confirmed(cleo)
    page = client.post("/account/tokens/", {"name": "laptop", "scopes": "read", "days": "365"}).content.decode()
    secret = page.split('<pre tabindex="0">')[1].split("</pre>")[0]
    assert tokens.person_of(secret) == cleo
    assert secret not in client.get("/account/tokens/").content.decode(), "shown once"
    assert client.post("/account/tokens/", {"name": ""}).status_code == 422

    token = cleo.api_tokens.get()
    other = Client()
    other.force_login(ada)
    assert other.post(f"/account/tokens/{token.pk}/revoke/").status_code == 404
    client.post(f"/account/tokens/{token.pk}/revoke/")
    assert tokens.person_of(secret) is None
