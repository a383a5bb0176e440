"""The same request sent twice has one effect; the second sender is told what the first one heard."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.http import HttpRequest
from django.test import RequestFactory

from core import clock
from core.api import Out
from core.errors import Refusal, Refused
from core.idempotency import once
from core.models import Heartbeat, IdempotencyKey

BODY = {"slot": "ten"}


class Made(Out):
    made_by: str


def ask(key: str | None = "k1", *, body: dict[str, str] = BODY, path: str = "/api/bookings/create") -> HttpRequest:
    headers = {"Idempotency-Key": key} if key is not None else {}
    return RequestFactory().post(path, json.dumps(body), content_type="application/json", headers=headers)


def book(name: str = "first") -> Callable[[], Made]:
    def work() -> Made:
        Heartbeat.objects.create(name=name, seen_at=clock.now())
        return Made(made_by=name)

    return work


def send(request: HttpRequest, work: Callable[[], Made], caller: str = "cleo") -> Any:
    return once(request, caller=caller, work=work)


@pytest.mark.django_db
def test_the_first_answer_is_given_again() -> None:
    first = send(ask(), book())
    again = send(ask(), book("second"))

    assert (first.status_code, json.loads(first.content)) == (201, {"madeBy": "first"})
    assert (again.status_code, again.content) == (201, first.content)
    assert again["Idempotent-Replayed"] == "true"
    assert "Idempotent-Replayed" not in first
    assert Heartbeat.objects.count() == 1


@pytest.mark.django_db
def test_without_a_key_it_is_simply_done() -> None:
    send(ask(None), book("one"))
    send(ask(None), book("two"))

    assert Heartbeat.objects.count() == 2
    assert not IdempotencyKey.objects.exists()


@pytest.mark.django_db
@pytest.mark.parametrize("other", [{"body": {"slot": "eleven"}}, {"path": "/api/other"}])
def test_another_request_under_the_same_key_is_refused(other: dict[str, Any]) -> None:
    send(ask(), book())
    with pytest.raises(Refused) as refused:
        send(ask(**other), book("second"))

    assert refused.value.refusal == Refusal.IDEMPOTENCY_MISMATCH


@pytest.mark.django_db
def test_anothers_key_is_their_own() -> None:
    send(ask(), book(), caller="cleo")

    assert json.loads(send(ask(), book("second"), caller="sam").content) == {"madeBy": "second"}


@pytest.mark.django_db
def test_a_refusal_frees_the_key_and_leaves_nothing() -> None:
    def fails() -> Made:
        book("half done")()
        raise Refused(Refusal.NOT_FOUND)

    with pytest.raises(Refused):
        send(ask(), fails)
    assert not Heartbeat.objects.exists()

    assert send(ask(), book()).status_code == 201


@pytest.mark.django_db
@pytest.mark.parametrize("key", ["", "x" * 256])
def test_a_key_has_a_length(key: str) -> None:
    with pytest.raises(Refused) as refused:
        send(ask(key), book())

    assert refused.value.fields == {"Idempotency-Key": ["This takes 1 to 255 characters."]}


@pytest.mark.django_db
def test_after_a_day_a_key_is_new_again() -> None:
    send(ask(), book())
    IdempotencyKey.objects.update(expires_at=clock.now() - timedelta(seconds=1))

    assert json.loads(send(ask(body={"slot": "other"}), book("second")).content) == {"madeBy": "second"}


@pytest.mark.django_db
def test_a_request_that_died_is_taken_over_by_the_next_try() -> None:
    send(ask(), book())
    Heartbeat.objects.all().delete()
    IdempotencyKey.objects.update(answer=None, leased_until=clock.now() + timedelta(seconds=30))
    with pytest.raises(Refused) as refused:
        send(ask(), book())
    assert (refused.value.refusal, refused.value.retry_after) == (Refusal.IN_PROGRESS, 1)

    IdempotencyKey.objects.update(leased_until=clock.now() - timedelta(seconds=1))
    assert send(ask(), book("the next")).status_code == 201


def test_ten_at_once_are_one(committed: None) -> None:
    answers: list[Any] = []
    barrier = threading.Barrier(10)

    def attempt(number: int) -> None:
        barrier.wait()
        try:
            answers.append(send(ask(), book(f"try {number}")))
        except Refused as refused:
            answers.append(refused)
        finally:
            connection.close()

    threads = [threading.Thread(target=attempt, args=[number]) for number in range(10)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert Heartbeat.objects.count() == 1
    others = [answer for answer in answers if isinstance(answer, Refused)]
    assert all(other.refusal == Refusal.IN_PROGRESS for other in others)
    bodies = {answer.content for answer in answers if not isinstance(answer, Refused)}
    assert len(bodies) == 1
