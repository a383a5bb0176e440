"""Tests that a test begins as if no other had run before it in this process."""

from __future__ import annotations

from zoneinfo import ZoneInfo

import pytest
from django.core.cache import cache
from django.test import RequestFactory
from django.utils import timezone, translation

from bookings.flags import BOOKING_WIZARD
from core import flags, hour_format, redis_outage
from core.hour_format import HourFormat
from core.models import Flag
from tests.factories.core import FlagFactory
from tests.isolation import forget_earlier_tests


@pytest.mark.django_db
def test_a_flag_that_was_rolled_back_is_forgotten() -> None:
    """waffle empties its cache after a commit, which a test never does."""
    request = RequestFactory().get("/")
    FlagFactory.create(name=BOOKING_WIZARD, everyone=False)
    assert not flags.is_on(request, BOOKING_WIZARD)

    Flag.objects.all().delete()
    forget_earlier_tests()

    assert flags.is_on(RequestFactory().get("/"), BOOKING_WIZARD)


def test_the_cache_is_emptied_also_after_an_outage() -> None:
    cache.set("a", 1)
    redis_outage.note()

    forget_earlier_tests()

    assert cache.get("a") is None
    cache.set("a", 2)
    assert cache.get("a") == 2


def test_circuit_breakers_zone_language_and_hour_format_are_reset() -> None:
    redis_outage.note()
    timezone.activate(ZoneInfo("Asia/Tokyo"))
    translation.activate("de")
    hour_format._current.set(HourFormat.TWELVE)

    forget_earlier_tests()

    assert not redis_outage.is_noted()
    assert (timezone.get_current_timezone_name(), translation.get_language()) == ("UTC", "en")
    assert hour_format._current.get() == HourFormat.TWENTY_FOUR
