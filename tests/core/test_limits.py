"""Counted attempts hold across processes, also when many come at once."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from django.db import connection

from core.errors import Refusal, Refused
from core.limits import Limit
from core.models import Attempt

LIMIT = Limit("test", 3, timedelta(minutes=5))


def tries(limit: Limit, subject: str, times: int) -> list[bool]:
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
def test_the_fourth_of_three_is_refused() -> None:
    assert tries(LIMIT, "cleo", 4) == [True, True, True, False]


@pytest.mark.django_db
def test_a_refusal_says_how_long_to_wait() -> None:
    tries(LIMIT, "cleo", 3)

    with pytest.raises(Refused) as refused:
        LIMIT.hit("cleo")
    assert refused.value.refusal is Refusal.RATE_LIMITED
    assert 0 < (refused.value.retry_after or 0) <= 301


@pytest.mark.django_db
def test_subjects_and_limits_do_not_share_a_count() -> None:
    tries(LIMIT, "cleo", 3)

    assert tries(LIMIT, "sam", 1) == [True]
    assert tries(Limit("other", 3, LIMIT.window), "cleo", 1) == [True]


@pytest.mark.django_db
def test_the_count_starts_again_when_the_window_is_over() -> None:
    tries(LIMIT, "cleo", 4)
    Attempt.objects.update(expires_at="2020-01-01T00:00Z")

    assert tries(LIMIT, "cleo", 1) == [True]


@pytest.mark.django_db
def test_taking_back_and_forgetting() -> None:
    tries(LIMIT, "cleo", 3)
    LIMIT.take_back("cleo")
    assert tries(LIMIT, "cleo", 2) == [True, False]

    LIMIT.forget("cleo")
    assert tries(LIMIT, "cleo", 1) == [True]


@pytest.mark.django_db
def test_zero_is_no_limit() -> None:
    assert tries(Limit("off", 0, LIMIT.window), "cleo", 50) == [True] * 50
    assert not Attempt.objects.exists()


@pytest.mark.django_db
def test_no_address_is_stored_in_the_clear() -> None:
    LIMIT.hit("cleo@people.test")

    assert "cleo" not in Attempt.objects.get().key


def test_twenty_at_once_pass_three(committed: None) -> None:
    def attempt(_: int) -> bool:
        try:
            return tries(LIMIT, "crowd", 1)[0]
        finally:
            connection.close()

    with ThreadPoolExecutor(20) as crowd:
        assert sum(crowd.map(attempt, range(20))) == 3
