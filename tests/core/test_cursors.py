"""Tests pagination by cursor: every row once, also when others are added; forged cursors are refused."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.cursors import page_of
from core.errors import Refused
from core.models import JobRun
from tests.factories.core import JobRunFactory

pytestmark = pytest.mark.django_db
START = datetime(2026, 1, 1, tzinfo=UTC)
ORDERS = [("job", "id"), ("-period_at", "id"), ("period_at", "-job", "-id"), ("-attempts", "period_at", "id")]


def make_run(number: int, *, job: str = "j") -> JobRun:
    at = START + timedelta(hours=number // 3, microseconds=number)
    return JobRunFactory.create(job=f"{job}{number % 4}", period_at=at, attempts=number % 5)


def read_all(order: tuple[str, ...], limit: int, **options: Any) -> list[int]:
    seen: list[int] = []
    cursor = None
    for _ in range(100):
        page = page_of(JobRun.objects.all(), order=order, limit=limit, cursor=cursor, **options)
        seen += [row.pk for row in page.rows]
        cursor = page.next_cursor
        if cursor is None:
            return seen
    raise AssertionError("the last page was not reached")


@pytest.mark.parametrize("order", ORDERS)
@pytest.mark.parametrize("limit", [1, 3, 7, 20, 21])
def test_all_pages_have_every_row_once_in_order(order: tuple[str, ...], limit: int) -> None:
    for number in range(20):
        make_run(number)

    assert read_all(order, limit) == list(JobRun.objects.order_by(*order).values_list("pk", flat=True))


def test_a_row_added_before_the_cursor_does_not_move_the_next_page() -> None:
    for number in range(6):
        make_run(number)
    first = page_of(JobRun.objects.all(), order=("-period_at", "id"), limit=3, cursor=None)
    make_run(100)

    second = page_of(JobRun.objects.all(), order=("-period_at", "id"), limit=3, cursor=first.next_cursor)

    assert {row.pk for row in first.rows}.isdisjoint(row.pk for row in second.rows)
    assert len(second.rows) == 3


def test_a_cursor_works_for_one_order_and_one_set_of_filters() -> None:
    for number in range(6):
        make_run(number)
    page = page_of(JobRun.objects.all(), order=("id",), limit=2, cursor=None, filters={"q": "a"})
    assert page.next_cursor

    for order, filters in ((("id",), {"q": "b"}), (("-id",), {"q": "a"}), (("id",), None)):
        with pytest.raises(Refused) as refused:
            page_of(JobRun.objects.all(), order=order, limit=2, cursor=page.next_cursor, filters=filters)
        assert refused.value.fields


@given(st.text(max_size=80))
def test_any_other_text_is_refused_as_a_cursor(cursor: str) -> None:
    if not cursor:
        return
    with pytest.raises(Refused):
        page_of(JobRun.objects.all(), order=("id",), limit=2, cursor=cursor)
