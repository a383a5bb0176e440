"""Saved searches in the API."""

from __future__ import annotations

from typing import Any

import pytest

from accounts.models import User
from marketplace.models import SavedSearch

pytestmark = pytest.mark.django_db


def test_the_api_saves_changes_pauses_and_deletes(searcher: User, browser_of: Any) -> None:
    browser = browser_of(searcher)
    payload = {"name": "Evenings", "query": "q=mixing&day=1", "weekdays": [1, 3], "after": "18:00"}
    answer = browser.post("/api/saved-searches", payload, content_type="application/json")
    saved = answer.json()["savedSearch"]
    assert answer.status_code == 201
    assert (saved["query"], saved["after"], saved["before"], saved["paused"]) == ("q=mixing", "18:00", "24:00", False)

    address = f"/api/saved-searches/{saved['id']}"
    changed = browser.patch(address, {"before": "21:30", "paused": True}, content_type="application/json").json()
    assert (changed["savedSearch"]["before"], changed["savedSearch"]["paused"]) == ("21:30", True)
    other = browser.patch(address, {"query": "format=remote", "name": "Remote"}, content_type="application/json").json()
    assert (other["savedSearch"]["query"], other["savedSearch"]["name"]) == ("format=remote", "Remote")
    wrong = browser.patch(address, {"before": "17:00"}, content_type="application/json")
    assert (wrong.status_code, list(wrong.json()["error"]["fields"])) == (422, ["before"])
    assert [row["id"] for row in browser.get("/api/saved-searches").json()["savedSearches"]] == [saved["id"]]
    assert browser.delete(address).status_code == 200
    assert not SavedSearch.objects.exists()


@pytest.mark.parametrize(
    "payload",
    [{}, {"name": ""}, {"name": "x", "weekdays": [7]}, {"name": "x", "after": "25:00"}, {"name": "x", "other": 1}],
)
def test_the_api_refuses_what_cannot_be_saved(searcher: User, browser_of: Any, payload: dict[str, Any]) -> None:
    answer = browser_of(searcher).post("/api/saved-searches", payload, content_type="application/json")

    assert answer.status_code == 422
    assert not SavedSearch.objects.exists()
