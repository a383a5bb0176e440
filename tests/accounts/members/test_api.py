"""Tests `/api/members/…`: rights, round trips, merging and importing. docs/api.md has an example of each operation."""

from __future__ import annotations

import json
from typing import Any

import pytest
from django.test import Client

from accounts.models import Member, MemberImport, User
from accounts.tokens import services as tokens
from core import outbox
from tests.accounts.members.cast import csv_file, csv_row, saved
from tests.factories.accounts import MemberFactory

pytestmark = pytest.mark.django_db


def call(person: User, method: str, path: str, body: Any = None, content_type: str = "application/json") -> Any:
    headers = {"Authorization": f"Bearer {tokens.issue(user=person, name='t')}"}
    data = body if isinstance(body, bytes) else "" if body is None else json.dumps(body)
    return Client().generic(method, f"/api/members{path}", data, content_type=content_type, headers=headers)


def test_a_builder_saves_reads_and_sends_back_their_own(ada: User, cleo: User, suri: User, alex: User) -> None:
    own = f"/{ada.pk}"
    assert call(ada, "GET", own).status_code == 404
    body = {"memberKey": "20 45", "memberStatus": "Active", "memberType": "REALTOR Salesperson"}
    refused = call(ada, "PUT", own, body).json()["error"]["fields"]
    assert set(refused) == {"memberKey", "licenseNumber", "licenseState", "licenseExpires", "companyName"}
    assert (
        call(ada, "PUT", own, {"memberKey": "1", "memberStatus": "Active", "memberType": "Photographer"}).status_code
        == 200
    )

    member = call(ada, "GET", own).json()["member"]
    assert (member["fullName"], member["userId"], member["missingFields"]) == ("Ada Moreno", str(ada.pk), [])
    assert call(ada, "PUT", own, member | {"showsOnProfile": True}).json()["member"]["showsOnProfile"] is True
    assert "userId" in call(ada, "PUT", own, member | {"userId": str(cleo.pk)}).json()["error"]["fields"]

    assert call(cleo, "GET", own).status_code == 404
    assert call(cleo, "PUT", own, member).status_code == 404
    assert call(cleo, "PUT", f"/{cleo.pk}", body).status_code == 404, "no builder"
    assert call(suri, "GET", own).status_code == 200
    assert call(suri, "PUT", own, member).status_code == 403
    assert call(alex, "PUT", f"/{member['id']}", member | {"officeName": "Austin"}).status_code == 200
    history = call(ada, "GET", f"{own}/history").json()["history"]
    assert {"field": "officeName", "after": "Austin", "source": "staff", "by": str(alex.pk)}.items() <= history[
        0
    ].items()


def test_staff_list_members_page_by_page(suri: User) -> None:
    MemberFactory.create_batch(5)
    first = call(suri, "GET", "?limit=3&status=Active").json()
    rest = call(suri, "GET", f"?limit=3&status=Active&cursor={first['nextCursor']}").json()

    assert [len(first["members"]), len(rest["members"])] == [3, 2]
    assert rest["nextCursor"] is None
    assert call(suri, "GET", "?expiringWithin=x").status_code == 422
    assert len(call(suri, "GET", "/export.json?status=Active").json()) == 5
    assert call(suri, "GET", "/export.csv").content.count(b"\r\n") == 6


def test_an_admin_merges_and_takes_it_back(alex: User, suri: User) -> None:
    first, second = saved(alex), saved(alex, member_key="K2")
    (pair,) = call(suri, "GET", "/duplicates").json()["duplicates"]
    assert pair["reason"] == "license"
    body = {"keep": str(first.pk), "drop": str(second.pk), "reason": "One person"}
    assert call(suri, "POST", "/merge", body).status_code == 403

    merge = call(alex, "POST", "/merge", body).json()["merge"]

    assert call(suri, "GET", "/duplicates").json()["duplicates"] == []
    assert call(alex, "POST", "/merge", body).json()["error"]["code"] == "member_merged"
    assert call(alex, "POST", f"/merge/{merge['id']}/undo").json()["merge"]["undoneAt"]
    assert Member.objects.current().count() == 2


def test_an_admin_imports_a_file(alex: User, suri: User, monkeypatch: pytest.MonkeyPatch) -> None:
    content = csv_file(csv_row(1), csv_row(2, state="Bavaria"), csv_row(3))
    assert call(suri, "POST", "/import", content, "text/csv").status_code == 403

    checked = call(alex, "POST", "/import?dryRun=true", content, "text/csv").json()
    assert (checked["state"], checked["rows"], checked["added"]) == ("CHECKED", 3, 2)
    assert [(error["row"], error["field"]) for error in checked["errors"]] == [(3, "licenseState")]
    assert not Member.objects.exists()

    monkeypatch.setattr("accounts.members.imports.AT_ONCE", 2)
    started = call(alex, "POST", "/import?dryRun=false", content, "text/csv").json()
    assert (started["state"], len(started["errors"])) == ("SAVING", 1)
    outbox.deliver_due()
    done = call(alex, "GET", f"/import/{started['importId']}").json()
    assert (done["state"], done["added"], len(done["errors"])) == ("DONE", 2, 1)

    wrong = call(alex, "POST", "/import", b"nonsense", "text/csv")
    assert (wrong.status_code, list(wrong.json()["error"]["fields"])) == (422, ["file"])
    assert call(alex, "POST", "/import", b"x" * 3_000_000, "text/csv").status_code == 413
    assert MemberImport.objects.count() == 2
