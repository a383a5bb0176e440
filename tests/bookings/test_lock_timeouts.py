"""A lock that takes too long after the builder's lock, in the same transaction, is the same refusal as that lock itself."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from django.db import OperationalError, connection, transaction
from django.http import HttpResponse
from django.test import RequestFactory

from bookings.models import Booking, FunnelCount
from core.middleware import Refusals
from scheduling.refusals import TimeRefusal
from tests.bookings.cast import shop
from tests.bookings.wire import CREATE, Caller, at, error
from tests.cast import make_builder_person, make_person

pytestmark = [pytest.mark.slow, pytest.mark.usefixtures("committed")]


def post(caller: Caller, body: dict[str, Any], key: str) -> Any:
    """Books over the API. With a key, the booking and what is counted after it are one transaction."""
    try:
        return caller.post(CREATE, body, **{"Idempotency-Key": key})
    finally:
        connection.close()


def test_over_the_api_the_booking_is_refused_and_the_key_can_be_used_again() -> None:
    hour, caller = shop(make_builder_person("Ada Moreno")), Caller(make_person("Cleo Park"))
    assert post(caller, {"sessionTypeId": str(hour.pk), "scheduledTime": at(10)}, "one").status_code == 201
    later = {"sessionTypeId": str(hour.pk), "scheduledTime": at(14)}

    with ThreadPoolExecutor() as pool:
        with transaction.atomic():
            assert list(FunnelCount.objects.select_for_update().filter(builder=hour.builder_id))
            refused = pool.submit(post, caller, later, "two").result()
        again = pool.submit(post, caller, later, "two").result()

    assert refused.status_code == TimeRefusal.BUSY.status == 503
    assert error(refused)["code"] == TimeRefusal.BUSY.code
    assert refused["Retry-After"] == "1"
    assert again.status_code == 201
    assert Booking.objects.count() == 2


def test_on_a_page_it_is_the_error_page_of_that_refusal() -> None:
    hour = shop(make_builder_person("Ada Moreno"))

    def lock_at_once() -> OperationalError:
        """Returns the error of a statement that waits for no time at all, which has the same SQLSTATE."""
        try:
            with transaction.atomic(), pytest.raises(OperationalError) as caught:
                type(hour).objects.select_for_update(nowait=True).get(pk=hour.pk)
            return caught.value
        finally:
            connection.close()

    with ThreadPoolExecutor() as pool, transaction.atomic():
        type(hour).objects.select_for_update().get(pk=hour.pk)
        timeout = pool.submit(lock_at_once).result()

    response = Refusals(lambda request: HttpResponse()).process_exception(RequestFactory().get("/"), timeout)

    assert response is not None
    assert (response.status_code, response["Retry-After"]) == (503, "1")
    assert TimeRefusal.BUSY.sentence in response.content.decode()
