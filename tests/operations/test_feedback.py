"""What people say after a booking and by the form, and the report for staff."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from accounts.models import User
from core.feedback.queries import report
from core.feedback.services import key_for
from core.models import Feedback
from tests.bookings.cast import book, shop
from tests.factories.core import FeedbackFactory
from tests.scheduling.cast import soon

pytestmark = pytest.mark.django_db
Browser = Callable[[User | None], Client]


def test_a_client_answers_with_one_click_and_adds_words(ada: User, cleo: User, suri: User, browser_of: Browser) -> None:
    booking = book(shop(ada), cleo, soon(10))
    client, staff = browser_of(cleo), browser_of(suri)
    page = reverse("core:booking_feedback", args=[key_for(booking.reference)])

    assert page in client.get(f"/bookings/{booking.reference}/booked/").content.decode()
    client.post(page, {"easy": "yes"})
    client.post(page, {"easy": "no"})
    client.post(page, {"text": "=I did not find the map."})
    client.post("/feedback/", {"easy": "", "text": "Lovely colours."})

    answer = Feedback.objects.get(reference=booking.reference)
    assert (answer.was_easy, answer.person) == (False, cleo)
    report = staff.get(reverse("operations:feedback_report")).content.decode()
    assert "0 of 1 answers in the last twelve weeks say that it was easy." in report
    assert "I did not find the map." in report
    assert "Lovely colours." in report
    table = staff.get(reverse("operations:feedback_csv")).content.decode()
    assert f"After a booking,{booking.reference},no,'=I did not find the map." in table


def test_a_key_that_is_not_ours_gives_no_answer(client: Client) -> None:
    assert client.post("/feedback/WM-222222:forged/", {"easy": "yes"}).status_code == 404
    assert client.post(f"/feedback/{key_for('WM-222222')}/", {"text": "Words before an answer"}).status_code == 200
    assert client.post("/feedback/", {"text": ""}).status_code == 422
    assert not Feedback.objects.exists()


def test_the_report_takes_as_many_queries_with_many_answers(
    suri: User, browser_of: Browser, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    staff, page = browser_of(suri), reverse("operations:feedback_report")
    FeedbackFactory.create(text="Good.")
    staff.get(page)
    for _ in range(2):
        with django_assert_num_queries(5):
            staff.get(page)
        FeedbackFactory.create_batch(8, text="Very good.")


def test_the_report_has_the_week_that_has_begun_where_the_reader_is() -> None:
    monday_in_auckland = datetime(2026, 3, 15, 20, tzinfo=UTC)
    FeedbackFactory.create(occasion="form", reference="", was_easy=True, created_at=monday_in_auckland)

    with timezone.override("Pacific/Auckland"):
        assert report(monday_in_auckland).easy == 1
