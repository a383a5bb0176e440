"""Tests of `/api/conversations/…`."""

from __future__ import annotations

import json
from typing import Any
from uuid import uuid4

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from accounts.models import User
from accounts.tokens import services as tokens
from tests.cast import make_person
from tests.messaging.cast import PDF, conversation_of, say, seen_by

pytestmark = pytest.mark.django_db


class Caller:
    """Calls the API with a token of a person."""

    def __init__(self, person: User) -> None:
        self.headers = {"Authorization": f"Bearer {tokens.issue(user=person, name='test')}"}

    def get(self, path: str, **query: Any) -> Any:
        return Client().get(f"/api/conversations{path}", query, headers=self.headers)

    def send(self, method: str, path: str, body: Any = None) -> Any:
        client = Client()
        return client.generic(
            method, f"/api/conversations{path}", _json(body), "application/json", headers=self.headers
        )


def _json(body: Any) -> bytes:
    return json.dumps(body if body is not None else {}).encode()


def test_a_question_is_sent_once(ada: User, cleo: User) -> None:
    caller = Caller(cleo)
    body = {"builderId": "ada-moreno", "text": "Do you teach beginners?", "clientKey": "k1"}

    first, second = caller.send("POST", "", body), caller.send("POST", "", body)

    assert (first.status_code, second.status_code) == (201, 200)
    assert first.json()["message"] == second.json()["message"]
    conversation = first.json()["conversation"]
    assert conversation["with"] == {"id": str(ada.pk), "displayName": "Ada Moreno", "avatarUrl": None}
    assert caller.send("POST", "", body | {"clientKey": "k2"}).json()["error"]["code"] == "awaits_answer"


def test_a_message_has_the_shape_of_the_contract(ada: User, cleo: User) -> None:
    mine, _ = conversation_of(cleo, ada)
    answer = Caller(cleo).send("POST", f"/{mine.conversation_id}/messages", {"text": "Hello", "clientKey": "k1"})

    assert answer.status_code == 201
    message = answer.json()["message"]
    assert set(message) == {
        "id", "from", "kind", "text", "attachments", "booking", "replyTo", "createdAt", "editedAt", "clientKey"
    }  # fmt: skip
    assert message["from"] == {"id": str(cleo.pk), "displayName": "Cleo Park"}
    assert (message["kind"], message["text"], message["clientKey"]) == ("text", "Hello", "k1")
    again = Caller(cleo).send("POST", f"/{mine.conversation_id}/messages", {"text": "Hello", "clientKey": "k1"})
    assert (again.status_code, again.json()["message"]) == (200, message)


def test_files_are_sent_as_a_form(ada: User, cleo: User) -> None:
    mine, _ = conversation_of(cleo, ada)
    caller = Caller(cleo)
    path = f"/api/conversations/{mine.conversation_id}/messages"

    good = Client().post(
        path, {"clientKey": "k1", "files": SimpleUploadedFile("plan.pdf", PDF)}, headers=caller.headers
    )
    bad = Client().post(path, {"clientKey": "k2", "files": SimpleUploadedFile("a.exe", b"MZ")}, headers=caller.headers)

    (attachment,) = good.json()["message"]["attachments"]
    assert (attachment["name"], attachment["size"], attachment["contentType"]) == ("plan.pdf", 13, "application/pdf")
    assert bad.status_code == 422
    assert "files" in bad.json()["error"]["fields"]


def test_messages_are_listed_oldest_first_with_read_marks(ada: User, cleo: User) -> None:
    mine, theirs = conversation_of(cleo, ada)
    sent = [say(mine, "one"), say(theirs, "two"), say(mine, "three")]
    caller = Caller(ada)

    newest = caller.get(f"/{mine.conversation_id}/messages", limit=2).json()
    older = caller.get(f"/{mine.conversation_id}/messages", before=newest["nextCursor"]).json()
    after = caller.get(f"/{mine.conversation_id}/messages", after=str(sent[0].pk)).json()

    assert [message["text"] for message in newest["messages"]] == ["two", "three"]
    assert [message["text"] for message in older["messages"]] == ["one"]
    assert older["nextCursor"] is None
    assert [message["text"] for message in after["messages"]] == ["two", "three"]
    assert newest["readUpTo"] == {"me": str(sent[1].pk), "them": str(sent[2].pk)}


def test_reading_ends_the_unread_count(ada: User, cleo: User) -> None:
    mine, _ = conversation_of(cleo, ada)
    message = say(mine, "one")
    caller = Caller(ada)
    before = caller.get("").json()

    answer = caller.send("POST", f"/{mine.conversation_id}/read", {"upTo": str(message.pk)})

    assert (before["unreadTotal"], before["conversations"][0]["unread"]) == (1, 1)
    assert before["conversations"][0]["lastMessage"]["text"] == "one"
    assert answer.json()["readUpTo"]["me"] == str(message.pk)
    assert caller.get("").json()["unreadTotal"] == 0
    assert caller.get("", unread="true").json()["conversations"] == []


def test_the_conversations_of_others_do_not_exist(ada: User, cleo: User) -> None:
    mine, _ = conversation_of(cleo, ada)
    message = say(mine, "Secret")
    caller = Caller(make_person("Sam Lee"))
    base = f"/{mine.conversation_id}"

    answers = [
        caller.get(f"{base}/messages"),
        caller.send("POST", f"{base}/messages", {"nonsense": 1}),
        caller.send("PATCH", f"{base}/messages/{message.pk}", {"text": "x"}),
        caller.send("DELETE", f"{base}/messages/{message.pk}"),
        caller.send("POST", f"{base}/read", {"upTo": str(message.pk)}),
        caller.send("POST", f"{base}/typing"),
        caller.send("POST", f"{base}/report", {"messageId": str(message.pk), "reason": "x"}),
        caller.send("POST", f"{base}/block"),
        caller.send("DELETE", f"{base}/block"),
        caller.get("/nonsense/messages"),
    ]

    assert [answer.status_code for answer in answers] == [404] * len(answers)
    assert caller.get("").json()["conversations"] == []


def test_a_message_is_edited_deleted_and_blocked(ada: User, cleo: User) -> None:
    mine, theirs = conversation_of(cleo, ada)
    message = say(mine, "Helo")
    caller, base = Caller(cleo), f"/{mine.conversation_id}"

    edited = caller.send("PATCH", f"{base}/messages/{message.pk}", {"text": "Hello"}).json()["message"]
    others = Caller(ada).send("PATCH", f"{base}/messages/{message.pk}", {"text": "Mine"})
    deleted = caller.send("DELETE", f"{base}/messages/{message.pk}").json()["message"]
    caller.send("POST", f"{base}/block")
    blocked = Caller(ada).send("POST", f"{base}/messages", {"text": "Hello", "clientKey": "k"})

    assert (edited["text"], edited["editedAt"] is not None) == ("Hello", True)
    assert others.status_code == 403
    assert (deleted["kind"], deleted["text"]) == ("deleted", "")
    assert (blocked.status_code, blocked.json()["error"]["code"]) == (403, "blocked")
    assert seen_by(theirs).other.blocked_at is not None


@pytest.mark.parametrize(
    "body", [{}, {"text": "x"}, {"text": "x", "clientKey": ""}, {"text": "", "clientKey": "k"}, {"text": "x", "clientKey": "k", "from": "y"}]
)  # fmt: skip
def test_wrong_bodies_are_refused(body: dict[str, str], ada: User, cleo: User) -> None:
    mine, _ = conversation_of(cleo, ada)

    answer = Caller(cleo).send("POST", f"/{mine.conversation_id}/messages", body)

    assert answer.status_code == 422


def test_unknown_messages_are_refused_by_their_field(ada: User, cleo: User) -> None:
    mine, _ = conversation_of(cleo, ada)
    caller, base = Caller(cleo), f"/{mine.conversation_id}"

    answers = [
        caller.get(f"{base}/messages", after=str(uuid4())),
        caller.send("POST", f"{base}/read", {"upTo": str(uuid4())}),
        caller.send("POST", f"{base}/messages", {"text": "x", "clientKey": "k", "replyTo": str(uuid4())}),
    ]

    fields = [list(answer.json()["error"]["fields"]) for answer in answers]
    assert fields == [["after"], ["upTo"], ["replyTo"]]
