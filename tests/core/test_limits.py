"""Tests rate limits, also with many attempts at once."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection

from core.errors import Refusal, Refused
from core.limits import Limit, hit_all
from core.models import Attempt

LIMIT = Limit("test", 3, timedelta(minutes=5))


def attempts(limit: Limit, subject: str, times: int) -> list[bool]:
    passed = []
    for _ in range(times):
        try:
            limit.hit(subject)
        except Refused:
            passed.append(False)
        else:
            passed.append(True)
    return passed


@pytest.mark.django_db
def test_the_fourth_attempt_is_refused_by_a_limit_of_three() -> None:
    assert attempts(LIMIT, "cleo", 4) == [True, True, True, False]


@pytest.mark.django_db
def test_a_refusal_says_how_long_to_wait() -> None:
    attempts(LIMIT, "cleo", 3)

    with pytest.raises(Refused) as refused:
        LIMIT.hit("cleo")
    assert refused.value.refusal is Refusal.RATE_LIMITED
    assert 0 < (refused.value.retry_after or 0) <= 301


@pytest.mark.django_db
def test_subjects_and_limits_do_not_share_a_count() -> None:
    attempts(LIMIT, "cleo", 3)

    assert attempts(LIMIT, "sam", 1) == [True]
    assert attempts(Limit("other", 3, LIMIT.window), "cleo", 1) == [True]


@pytest.mark.django_db
def test_the_count_starts_again_when_the_window_is_over() -> None:
    attempts(LIMIT, "cleo", 4)
    Attempt.objects.update(expires_at="2020-01-01T00:00Z")

    assert attempts(LIMIT, "cleo", 1) == [True]


@pytest.mark.django_db
def test_attempts_can_be_taken_back_one_by_one_or_all_at_once() -> None:
    attempts(LIMIT, "cleo", 3)
    LIMIT.take_back("cleo")
    assert attempts(LIMIT, "cleo", 2) == [True, False]

    LIMIT.forget("cleo")
    assert attempts(LIMIT, "cleo", 1) == [True]


@pytest.mark.django_db
def test_a_limit_of_zero_allows_everything() -> None:
    assert attempts(Limit("off", 0, LIMIT.window), "cleo", 50) == [True] * 50
    assert not Attempt.objects.exists()


@pytest.mark.django_db
def test_several_limits_are_counted_in_one_query(django_assert_num_queries: Any) -> None:
    other = Limit("other", 1, timedelta(minutes=9))
    none = Limit("none", 0, timedelta(minutes=5))

    with django_assert_num_queries(1):
        hit_all([(LIMIT, "cleo"), (other, "here"), (none, "cleo")])
    with pytest.raises(Refused) as refused:
        hit_all([(LIMIT, "cleo"), (other, "here")])

    assert refused.value.refusal == Refusal.RATE_LIMITED
    assert attempts(LIMIT, "cleo", 2) == [True, False], "the two attempts above count"


@pytest.mark.django_db
def test_the_subject_is_stored_as_a_hash() -> None:
    LIMIT.hit("cleo@people.test")

    assert "cleo" not in Attempt.objects.get().key


def test_three_of_twenty_attempts_at_once_pass(committed: None) -> None:
    def attempt(_: int) -> bool:
        try:
            return attempts(LIMIT, "crowd", 1)[0]
        finally:
            connection.close()

    with ThreadPoolExecutor(20) as crowd:
        assert sum(crowd.map(attempt, range(20))) == 3
