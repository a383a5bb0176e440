"""Tests that a request with an Idempotency-Key has one effect, and gets its first response again."""

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
from tests.factories.core import HeartbeatFactory

BODY = {"slot": "ten"}


class Created(Out):
    created_by: str


def make_request(
    key: str | None = "k1", *, body: dict[str, str] = BODY, path: str = "/api/bookings/create"
) -> HttpRequest:
    headers = {"Idempotency-Key": key} if key is not None else {}
    return RequestFactory().post(path, json.dumps(body), content_type="application/json", headers=headers)


def book(name: str = "first") -> Callable[[], Created]:
    def work() -> Created:
        HeartbeatFactory.create(name=name)
        return Created(created_by=name)

    return work


def send(request: HttpRequest, work: Callable[[], Created], caller: str = "cleo") -> Any:
    return once(request, caller=caller, work=work)


@pytest.mark.django_db
def test_a_repeated_request_gets_the_first_response() -> None:
    first = send(make_request(), book())
    again = send(make_request(), book("second"))

    assert (first.status_code, json.loads(first.content)) == (201, {"createdBy": "first"})
    assert (again.status_code, again.content) == (201, first.content)
    assert again["Idempotent-Replayed"] == "true"
    assert "Idempotent-Replayed" not in first
    assert Heartbeat.objects.count() == 1


@pytest.mark.django_db
def test_requests_without_a_key_are_not_remembered() -> None:
    send(make_request(None), book("one"))
    send(make_request(None), book("two"))

    assert Heartbeat.objects.count() == 2
    assert not IdempotencyKey.objects.exists()


@pytest.mark.django_db
@pytest.mark.parametrize("other", [{"body": {"slot": "eleven"}}, {"path": "/api/other"}])
def test_another_request_with_the_same_key_is_refused(other: dict[str, Any]) -> None:
    send(make_request(), book())
    with pytest.raises(Refused) as refused:
        send(make_request(**other), book("second"))

    assert refused.value.refusal == Refusal.IDEMPOTENCY_MISMATCH


@pytest.mark.django_db
def test_the_same_key_of_another_caller_is_a_different_one() -> None:
    send(make_request(), book(), caller="cleo")

    assert json.loads(send(make_request(), book("second"), caller="sam").content) == {"createdBy": "second"}


@pytest.mark.django_db
def test_a_refusal_frees_the_key_and_saves_nothing() -> None:
    def fails() -> Created:
        book("half done")()
        raise Refused(Refusal.NOT_FOUND)

    with pytest.raises(Refused):
        send(make_request(), fails)
    assert not Heartbeat.objects.exists()

    assert send(make_request(), book()).status_code == 201


@pytest.mark.django_db
@pytest.mark.parametrize("key", ["", "x" * 256])
def test_a_key_of_a_wrong_length_is_refused(key: str) -> None:
    with pytest.raises(Refused) as refused:
        send(make_request(key), book())

    assert refused.value.fields == {"Idempotency-Key": ["This must have 1 to 255 characters."]}


@pytest.mark.django_db
def test_an_expired_key_can_be_used_again() -> None:
    send(make_request(), book())
    IdempotencyKey.objects.update(expires_at=clock.now() - timedelta(seconds=1))

    assert json.loads(send(make_request(body={"slot": "other"}), book("second")).content) == {"createdBy": "second"}


@pytest.mark.django_db
def test_a_request_without_a_response_can_be_repeated_after_its_lease() -> None:
    send(make_request(), book())
    Heartbeat.objects.all().delete()
    IdempotencyKey.objects.update(answer=None, leased_until=clock.now() + timedelta(seconds=30))
    with pytest.raises(Refused) as refused:
        send(make_request(), book())
    assert (refused.value.refusal, refused.value.retry_after) == (Refusal.IN_PROGRESS, 1)

    IdempotencyKey.objects.update(leased_until=clock.now() - timedelta(seconds=1))
    assert send(make_request(), book("the next")).status_code == 201


def test_ten_requests_at_once_have_one_effect(committed: None) -> None:
    answers: list[Any] = []
    barrier = threading.Barrier(10)

    def attempt(number: int) -> None:
        barrier.wait()
        try:
            answers.append(send(make_request(), book(f"try {number}")))
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
