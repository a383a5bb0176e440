"""The builder's way to sessions at the client's address, which stays free before and after them."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client

from accounts.models import User
from bookings.agreement import services
from bookings.models import Booking
from coaching.models import SessionType
from core import clock
from core.errors import Refused
from scheduling import claims, free_times, queries
from scheduling.models import FreeTimes, Reservation
from tests.bookings.cast import book, builder_of, confirmed, person_visitor
from tests.bookings.meetings.cast import HOME, STREET, details_of, in_person
from tests.bookings.wire import CREATE, Caller, at, error
from tests.cast import make_person
from tests.reading import visible_text
from tests.scheduling.cast import BERLIN, offer, soon

pytestmark = pytest.mark.django_db
WAY: dict[str, Any] = {"travel_before": 30, "travel_after": 30}


@pytest.fixture
def visit(hour: SessionType) -> SessionType:
    """Returns a session type that is always at the client's address, half an hour away."""
    return in_person(hour, "client", **WAY)


@pytest.fixture
def anywhere(hour: SessionType) -> SessionType:
    """Returns a session type that is remote, or at the client's address half an hour away."""
    return in_person(hour, "client", is_remote=True, **WAY)


def busy(ada: User, hour: int) -> None:
    claims.block(builder=ada.pk, start=soon(hour), end=soon(hour + 1), note="Lunch", kind=Reservation.Kind.EXTERNAL)


def free_hours(session_type: SessionType, **options: Any) -> list[int]:
    window = (int(soon(9).timestamp()), int(soon(17).timestamp()))
    slots = queries.free_times(session_type, 60, window, clock.now(), **options)
    return [(slot.start - int(soon(0).timestamp())) // 3600 for slot in slots]


def test_sessions_that_are_always_at_the_client_are_offered_with_time_for_the_way(
    ada: User, visit: SessionType
) -> None:
    busy(ada, 12)

    assert free_hours(visit) == [9, 10, 14, 15, 16]


def test_others_are_offered_without_it_until_the_client_chooses_their_own_place(
    ada: User, anywhere: SessionType
) -> None:
    busy(ada, 12)

    assert free_hours(anywhere) == [9, 10, 11, 13, 14, 15, 16]
    assert free_hours(anywhere, travels=True) == [9, 10, 14, 15, 16]


def test_cards_count_the_way_too(ada: User, visit: SessionType) -> None:
    busy(ada, 12)
    free_times.refresh([ada.pk])

    runs = FreeTimes.objects.get(session_type=visit).runs
    starts = {
        start for first, last in zip(runs[::2], runs[1::2], strict=True) for start in range(first, last + 1, 3600)
    }
    assert int(soon(14).timestamp()) in starts
    assert int(soon(13).timestamp()) not in starts


def test_a_booking_keeps_the_way_free_for_what_is_booked_later(
    ada: User, visit: SessionType, cleo: User, anywhere: SessionType
) -> None:
    remote = offer(ada, title="Remote")

    book(visit, cleo, soon(12), is_remote=False, location=HOME)

    assert free_hours(remote) == [9, 10, 14, 15, 16]


@pytest.mark.parametrize(("start", "where"), [(11, "back"), (13, "there")])
def test_a_time_without_room_for_the_way_is_refused_with_the_reason(
    ada: User, anywhere: SessionType, cleo: User, start: int, where: str
) -> None:
    busy(ada, 12)

    with pytest.raises(Refused) as refused:
        book(anywhere, cleo, soon(start), is_remote=False, location=HOME)

    assert refused.value.sentence == f"Too close to what begins at 12:00: the way {where} takes 30 minutes."
    assert book(anywhere, cleo, soon(start)).is_remote


def test_a_time_that_was_held_before_the_place_was_known_is_looked_at_again(
    ada: User, anywhere: SessionType, cleo: User
) -> None:
    busy(ada, 12)
    seat = claims.hold(claims.TimeRequest(anywhere, soon(11), 60, person_visitor(cleo)))

    with pytest.raises(Refused):
        book(anywhere, cleo, soon(11), is_remote=False, location=HOME)

    seat.refresh_from_db()
    assert seat.released_at is None
    assert not Booking.objects.exists()
    assert book(anywhere, cleo, soon(11)).seat == seat


def test_a_held_time_with_room_for_the_way_is_booked_with_it(ada: User, anywhere: SessionType, cleo: User) -> None:
    claims.hold(claims.TimeRequest(anywhere, soon(11), 60, person_visitor(cleo)))

    booking = book(anywhere, cleo, soon(11), is_remote=False, location=HOME)

    assert (booking.seat.reservation.buffer_before, booking.seat.reservation.buffer_after) == (30, 30)
    assert Reservation.objects.live(clock.now()).count() == 1


def test_a_move_keeps_the_way_free(ada: User, anywhere: SessionType, cleo: User) -> None:
    busy(ada, 12)
    booking = confirmed(anywhere, cleo, soon(15), is_remote=False, location=HOME)

    with pytest.raises(Refused):
        services.reschedule(booking=booking, start=soon(13), by=builder_of(booking))

    moved = services.reschedule(booking=booking, start=soon(14), by=builder_of(booking))
    assert moved.seat.reservation.buffer_before == 30


def test_the_page_to_move_offers_times_with_room_for_the_way(
    adas: Client, ada: User, anywhere: SessionType, cleo: User
) -> None:
    busy(ada, 12)
    booking = confirmed(anywhere, cleo, soon(15), is_remote=False, location=HOME)

    page = adas.get(
        f"/bookings/{booking.reference}/move/?zone=Europe/Berlin&day={soon(12).astimezone(BERLIN):%Y-%m-%d}"
    )

    text = visible_text(page)
    assert "14:00" in text
    assert "13:00" not in text


def test_the_wizard_says_at_once_that_there_is_no_time_for_the_way(
    cleos: Client, ada: User, anywhere: SessionType
) -> None:
    busy(ada, 11)
    place = {"place": "client", "street": STREET, "town": "Berlin"}

    answer = cleos.post(details_of(anywhere), place)

    sentence = "Too close to what begins at 11:00: the way back takes 30 minutes."
    assert f"{sentence} Choose another time or another place." in visible_text(answer)
    assert cleos.post(details_of(anywhere), {"place": "remote"}).status_code == 302


def test_the_wizard_then_offers_times_with_room_for_the_way(cleos: Client, ada: User, anywhere: SessionType) -> None:
    busy(ada, 11)
    times = details_of(anywhere).partition("details/")[0]
    day = f"?day={soon(11).astimezone(BERLIN):%Y-%m-%d}&zone=Europe/Berlin"
    assert "10:00" in visible_text(cleos.get(times + day))

    cleos.post(details_of(anywhere), {"place": "client", "street": STREET, "town": "Berlin"})

    text = visible_text(cleos.get(times + day))
    assert "09:00" in text
    assert "10:00" not in text


def test_the_api_lists_and_books_with_room_for_the_way(ada: User, anywhere: SessionType, cleo: User) -> None:
    busy(ada, 12)
    start = soon(9)
    query = f"coachId=ada-moreno&sessionTypeId={anywhere.pk}&from={start:%Y-%m-%dT%H:%M:%SZ}"
    address = f"/api/coaching/sessions/available?{query}&to={start + timedelta(hours=8):%Y-%m-%dT%H:%M:%SZ}"

    everywhere = Caller(cleo).send("GET", address).json()["availableSlots"]
    at_client = Caller(cleo).send("GET", f"{address}&inPersonAt=CLIENT").json()["availableSlots"]

    assert (len(everywhere), len(at_client)) == (7, 5)
    body = {"builderId": "ada-moreno", "sessionTypeId": str(anywhere.pk), "scheduledTime": at(11), "isRemote": False}
    answer = Caller(cleo).post(CREATE, body | {"location": HOME})
    assert error(answer)["code"] == "outside_availability"
    assert "the way back takes 30 minutes" in error(answer)["message"]
    starts = [slot["startTime"] for slot in error(answer)["alternatives"]]
    assert at(10)[:13] in starts[1]
    assert not any(at(number)[:13] in start for number in (11, 13) for start in starts)


def test_the_api_says_how_long_the_way_is(anywhere: SessionType) -> None:
    answer = Caller(make_person("Mia")).send("GET", "/api/scheduling/sessions/available?builderId=ada-moreno").json()

    assert [(entry["travelBefore"], entry["travelAfter"]) for entry in answer["sessions"]] == [(30, 30)]


def test_the_builder_says_how_long_the_way_is(adas: Client, hour: SessionType) -> None:
    fields = {
        "title": "Visit", "category": "SPECIALIZED", "default_minutes": "60", "rate_types": "fixed", "seats": "1",
        "is_in_person": "on", "in_person_at": "client", "travel_before": "40", "travel_after": "", "colour": "pine",
        "prices-TOTAL_FORMS": "1", "prices-INITIAL_FORMS": "0", "prices-0-minutes": "60", "prices-0-price": "90",
        "tiers-TOTAL_FORMS": "0", "tiers-INITIAL_FORMS": "0", "questions-TOTAL_FORMS": "0", "questions-INITIAL_FORMS": "0",
    }  # fmt: skip

    assert adas.post(f"/dashboard/offers/{hour.pk}/", fields).status_code == 302

    hour.refresh_from_db()
    assert (hour.travel_before, hour.travel_after) == (40, None)
