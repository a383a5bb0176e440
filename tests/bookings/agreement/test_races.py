"""Changes of bookings at the same moment, in threads."""

from __future__ import annotations

import pytest

from bookings.agreement import services
from bookings.agreement.transitions import Actor
from bookings.models import Booking, Review, SlotOffer, WaitingListEntry
from bookings.reviews import services as reviews
from bookings.states import Side
from bookings.waiting_list import services as waiting_list
from bookings.wizard.forms import DetailsForm
from coaching.models import SessionType
from core import clock
from core.registry import integrity_findings
from tests.at_once import crowd
from tests.bookings.cast import book, builder_of, client_of, confirmed, finished, shop
from tests.cast import make_builder_person, make_person
from tests.scheduling.cast import live, soon

pytestmark = pytest.mark.slow


@pytest.fixture
def hour(committed: None) -> SessionType:
    return shop(make_builder_person("Ada Moreno"))


def test_five_bookings_of_one_builder_cancelled_at_once(hour: SessionType) -> None:
    cleo = make_person("Cleo Park")
    bookings = [confirmed(hour, cleo, soon(10 + number)) for number in range(5)]

    outcomes = crowd(5, lambda number: services.cancel(booking=bookings[number], by=client_of(bookings[number])))

    assert outcomes == {"won": 5}
    assert live() == 0


def test_a_booking_moved_by_the_client_while_the_builder_cancels(hour: SessionType) -> None:
    """However the changes interleave, it is cancelled at most once and no time stays taken for a cancelled booking."""
    cleo = make_person("Cleo Park")
    booking = confirmed(hour, cleo, soon(10))

    def act(number: int) -> None:
        if number % 2:
            services.cancel(booking=booking, by=Actor(Side.BUILDER, hour.builder))
        else:
            services.reschedule(booking=booking, start=soon(14), by=Actor(Side.CLIENT, cleo))

    outcomes = crowd(10, act)

    kept = Booking.objects.get()
    verbs = list(kept.events.values_list("verb", flat=True))
    assert set(outcomes) <= {"won", "invalid_transition", "forbidden"}, outcomes
    assert verbs.count("cancel") + verbs.count("decline") <= 1
    assert live() == (0 if kept.state == "CANCELLED" else 1)
    assert [finding for finding in integrity_findings(clock.now()) if "outbox" not in finding.check] == []


def test_confirming_ten_times_at_once_records_one_event(hour: SessionType) -> None:
    booking = book(hour, make_person("Cleo Park"))

    outcomes = crowd(10, lambda number: services.confirm(booking=booking, by=Actor(Side.BUILDER, hour.builder)))

    assert outcomes == {"won": 10}
    assert list(Booking.objects.get().events.values_list("verb", flat=True)) == ["request", "confirm"]


def test_two_reviews_at_once_are_both_published(hour: SessionType) -> None:
    done = finished(hour, make_person("Cleo Park"))

    crowd(2, lambda number: reviews.write(booking=done, by=(client_of, builder_of)[number](done), rating=5, text=""))

    assert Review.objects.filter(published_at__isnull=False).count() == 2


def test_ten_workers_offer_a_free_time_once(hour: SessionType) -> None:
    """A free time is offered to only one entry of the waiting list."""
    day = soon().date()
    for number in range(3):
        person = make_person(f"Client {number}")
        fields = {"minutes": 60, "timezone": "Europe/Berlin", "first_day": day, "last_day": day}
        waiting_list.join(
            entry=WaitingListEntry(client=person, session_type=hour, from_minute=600, to_minute=660, **fields)
        )

    crowd(10, lambda number: waiting_list.offer_free(clock.now()))

    assert SlotOffer.objects.count() == 1
    assert live() == 1
    assert integrity_findings(clock.now()) == []


def test_one_of_forty_clients_gets_the_last_seat_of_a_group(hour: SessionType) -> None:
    SessionType.objects.filter(pk=hour.pk).update(seats=3)
    hour.refresh_from_db()
    for number in range(2):
        book(hour, make_person(f"Early {number}"), soon(10))
    people = [make_person(f"Client {number}") for number in range(40)]

    outcomes = crowd(40, lambda number: book(hour, people[number], soon(10)))

    assert outcomes["won"] == 1, outcomes
    assert set(outcomes) <= {"won", "slot_taken", "outside_availability", "busy"}, outcomes
    assert integrity_findings(clock.now()) == []


def test_an_offer_accepted_and_declined_at_once(hour: SessionType) -> None:
    """Only one of the two takes effect: afterwards the time is either booked or free."""
    day, cleo = soon().date(), make_person("Cleo Park")
    fields = {"minutes": 60, "timezone": "Europe/Berlin", "first_day": day, "last_day": day}
    waiting_list.join(entry=WaitingListEntry(client=cleo, session_type=hour, from_minute=600, to_minute=660, **fields))
    waiting_list.offer_free(clock.now())
    offered = SlotOffer.objects.select_related("place__client", "place__session_type").get()
    offered.place.session_type = SessionType.objects.complete().get(pk=hour.pk)
    form = DetailsForm({}, session_type=offered.place.session_type, person=cleo)
    assert form.is_valid()
    acts = (lambda: waiting_list.accept(offer=offered, form=form), lambda: waiting_list.decline(offer=offered))

    crowd(2, lambda number: acts[number]())

    assert live() == Booking.objects.count()
    assert integrity_findings(clock.now()) == []


def test_joining_a_waiting_list_eight_times_at_once_makes_one_entry(hour: SessionType) -> None:
    day, cleo = soon().date(), make_person("Cleo Park")
    fields = {"client": cleo, "session_type": hour, "minutes": 60, "timezone": "Europe/Berlin"}

    outcomes = crowd(8, lambda number: waiting_list.join(entry=WaitingListEntry(first_day=day, last_day=day, **fields)))

    assert outcomes["won"] == 8, outcomes
    assert WaitingListEntry.objects.count() == 1
