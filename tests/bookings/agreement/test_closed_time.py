"""Warnings to builders about booked sessions on time that they have closed, and the booking that takes a time."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.core.management import call_command
from django.test import Client
from django.urls import reverse

from accounts.models import User
from coaching.models import SessionType
from core import clock
from scheduling import claims
from scheduling.booked_sessions import sessions_on_closed_time
from scheduling.models import Reservation, Schedule
from scheduling.services import set_exception
from tests.bookings.cast import confirmed
from tests.reading import visible_text
from tests.scheduling.cast import BERLIN, soon

pytestmark = pytest.mark.django_db
AVAILABILITY, PREVIEW = "/dashboard/availability/", "/dashboard/availability/preview/"


def close(ada: User, hours: list[tuple[int, int]]) -> None:
    schedule = Schedule.objects.get(builder=ada)
    set_exception(schedule=schedule, day=soon().astimezone(BERLIN).date(), intervals=hours, by=ada)


def test_closing_a_day_lists_its_booked_sessions_with_move_and_cancel(
    adas: Client, ada: User, hour: SessionType, cleo: User
) -> None:
    booking = confirmed(hour, cleo)
    confirmed(hour, cleo, soon(days=4))
    assert "time that you have closed" not in visible_text(adas.get(AVAILABILITY, follow=True))

    close(ada, [])

    page = adas.get(AVAILABILITY, follow=True)
    assert "1 booked session is on time that you have closed" in visible_text(page)
    html = page.content.decode()
    for name in ("booking", "move", "end"):
        assert f'href="{reverse(f"bookings:{name}", args=[booking.reference])}"' in html


def test_closing_a_day_leads_to_the_warning(adas: Client, ada: User, hour: SessionType, cleo: User) -> None:
    confirmed(hour, cleo)
    schedule = Schedule.objects.get(builder=ada)
    address = reverse("scheduling:set_exception", args=[schedule.pk])

    def change(days: int) -> str:
        day = soon(days=days).astimezone(BERLIN)
        return adas.post(address, {"exception-date": f"{day:%Y-%m-%d}", "exception-hours": ""})["Location"]

    assert change(days=4).endswith("#exceptions")
    assert change(days=3).endswith("#closed")


@pytest.mark.parametrize(("hours", "count"), [([], 1), ([(9 * 60, 10 * 60 + 30)], 1), ([(9 * 60, 12 * 60)], 0)])
def test_a_session_partly_outside_the_new_hours_counts(
    ada: User, hour: SessionType, cleo: User, hours: Any, count: int
) -> None:
    confirmed(hour, cleo)

    close(ada, hours)

    assert len(sessions_on_closed_time(ada, clock.now())) == count


def test_time_off_over_a_session_counts(ada: User, hour: SessionType, cleo: User) -> None:
    confirmed(hour, cleo)
    claims.block(builder=ada.pk, start=soon(9), end=soon(9) + timedelta(hours=4), note="Dentist")

    (session,) = sessions_on_closed_time(ada, clock.now())

    assert session.why == "Time off: Dentist."


def test_a_closed_day_behind_many_other_sessions_is_not_missed(ada: User, hour: SessionType, cleo: User) -> None:
    for days in range(3, 30):
        if soon(days=days).astimezone(BERLIN).weekday() < 5:
            for start in (9, 11, 13):
                confirmed(hour, cleo, soon(start, days=days))
    last = Reservation.objects.filter(kind="BOOKED").latest("during")
    assert Reservation.objects.filter(kind="BOOKED").count() > 50

    claims.block(builder=ada.pk, start=last.during.lower, end=last.during.upper, note="Dentist")

    (session,) = sessions_on_closed_time(ada, clock.now())
    assert session.session == last


def test_sessions_on_closed_time_cost_the_same_queries(
    ada: User, hour: SessionType, cleo: User, django_assert_num_queries: Any
) -> None:
    close(ada, [])
    now = clock.now()
    with django_assert_num_queries(1):
        sessions_on_closed_time(ada, now)
    for start in (9, 11, 13):
        confirmed_outside(ada, hour, cleo, start)
    with django_assert_num_queries(4):
        assert len(sessions_on_closed_time(ada, now)) == 3


def confirmed_outside(ada: User, hour: SessionType, cleo: User, start: int) -> None:
    """Books a session before the day is closed again."""
    set_exception(
        schedule=Schedule.objects.get(builder=ada), day=soon().astimezone(BERLIN).date(), intervals=None, by=ada
    )
    confirmed(hour, cleo, soon(start))
    close(ada, [])


def test_the_preview_names_and_links_the_booking_that_takes_a_time(adas: Client, hour: SessionType, cleo: User) -> None:
    booking = confirmed(hour, cleo)
    local = soon().astimezone(BERLIN)

    page = adas.get(PREVIEW, {"day": f"{local:%Y-%m-%d}", "at": "10:00", "zone": "Europe/Berlin"})

    assert f"Booking of {cleo.display_name}" in visible_text(page)
    assert f'href="{booking.get_absolute_url()}"' in page.content.decode()


def test_why_not_names_the_booking(
    hour: SessionType, cleo: User, capsys: pytest.CaptureFixture[str], settings: Any
) -> None:
    settings.DEMO, settings.SITE_URL = False, "https://waymark.example"
    booking = confirmed(hour, cleo)

    call_command("why_not", "ada-moreno", soon().isoformat())

    output = capsys.readouterr().out
    assert "This time is booked, or somebody is booking it now." in output
    assert f"{hour.title} with {cleo.display_name}: {settings.SITE_URL}{booking.get_absolute_url()}" in output
