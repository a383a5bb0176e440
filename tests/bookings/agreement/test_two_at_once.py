"""Two requests at the same time, by both sides or from two tabs, about the same booking, list or form."""

from __future__ import annotations

from datetime import timedelta
from itertools import count
from uuid import uuid4

import pytest

from accounts.models import User
from bookings.agreement import drafts, services
from bookings.agreement.requests import check
from bookings.agreement.transitions import Actor
from bookings.clients import services as client_services
from bookings.deliverables import services as deliverables
from bookings.disputes import no_shows
from bookings.disputes import services as disputes
from bookings.models import (
    Booking,
    Deliverable,
    Draft,
    FunnelCount,
    Project,
    Review,
    Series,
    WaitingListEntry,
)
from bookings.projects import services as projects
from bookings.reviews import services as reviews
from bookings.series import services as series
from bookings.states import Side
from bookings.waiting_list import services as waiting_list
from bookings.wizard import funnel
from coaching.models import SessionType
from tests.at_once import DONE, at_once
from tests.bookings.cast import book, booking_request, builder_of, client_of, confirmed, finished, person_visitor, shop
from tests.cast import make_builder_person, make_person
from tests.factories.bookings import ClientNoteFactory, ProjectFactory, StatementFactory
from tests.scheduling.cast import soon

pytestmark = [pytest.mark.slow, pytest.mark.usefixtures("committed_module")]
numbers = count()


@pytest.fixture
def hour() -> SessionType:
    return shop(make_builder_person(f"Ada Moreno {next(numbers)}"))


@pytest.fixture
def cleo() -> User:
    return make_person(f"Cleo Park {next(numbers)}")


def reloaded(booking: Booking) -> Booking:
    return Booking.objects.complete().get(pk=booking.pk)


def waiting_list_entry(hour: SessionType, client: User, **fields: object) -> WaitingListEntry:
    day = soon().date()
    days = {"first_day": day, "last_day": day, **fields}
    return WaitingListEntry(client=client, session_type=hour, minutes=60, timezone="Europe/Berlin", **days)


def test_the_same_form_sent_twice_makes_one_booking(hour: SessionType, cleo: User) -> None:
    key = uuid4()

    outcomes = at_once(*[lambda: book(hour, cleo, soon(10), form_key=key) for _ in range(2)])

    assert outcomes == [DONE, DONE]
    assert Booking.objects.filter(client=cleo).count() == 1


def test_the_same_series_sent_twice_makes_one_series(hour: SessionType, cleo: User) -> None:
    key, visitor = uuid4(), person_visitor(cleo)
    starts = {0: soon(10), 1: soon(10, days=10)}

    def send() -> None:
        priced = check(booking_request(hour, soon(10)), visitor)
        series.book(priced=priced, visitor=visitor, starts=starts, every_weeks=1, key=key)

    assert at_once(send, send) == [DONE, DONE]
    assert Series.objects.filter(client=cleo).count() == 1
    assert Booking.objects.filter(client=cleo).count() == 2


@pytest.fixture
def first_of_series(hour: SessionType, cleo: User) -> Booking:
    """The first session of a series of three, a week apart, all confirmed."""
    visitor = person_visitor(cleo)
    starts = {number: soon(10, days=3 + 7 * number) for number in range(3)}
    priced = check(booking_request(hour, starts[0]), visitor)
    new_series = series.book(priced=priced, visitor=visitor, starts=starts, every_weeks=1, key=uuid4())
    series.confirm(series=new_series, by=Actor(Side.BUILDER, hour.builder))
    return Booking.objects.complete().filter(series=new_series).order_by("starts_at")[0]


def test_a_series_ended_while_its_last_session_is_cancelled(first_of_series: Booking) -> None:
    last = Booking.objects.complete().filter(series=first_of_series.series).order_by("-starts_at")[0]

    outcomes = at_once(
        lambda: series.end(booking=first_of_series, by=client_of(first_of_series)),
        lambda: services.cancel(booking=last, by=builder_of(last)),
    )

    assert outcomes == [DONE, DONE]
    assert Booking.objects.filter(series=first_of_series.series, state="CANCELLED").count() == 3


def test_a_series_ended_while_it_is_moved(first_of_series: Booking) -> None:
    outcomes = at_once(
        lambda: series.end(booking=reloaded(first_of_series), by=client_of(first_of_series)),
        lambda: series.move(booking=reloaded(first_of_series), start=soon(14), by=builder_of(first_of_series)),
    )

    assert outcomes in ([DONE, DONE], [DONE, "invalid_transition"])
    assert Booking.objects.filter(series=first_of_series.series, state="CANCELLED").count() == 3


def test_a_series_confirmed_twice(hour: SessionType, cleo: User, first_of_series: Booking) -> None:
    booked_series = first_of_series.series
    assert booked_series
    Booking.objects.filter(series=booked_series).update(state="PENDING", confirmed_at=None, answer_by=soon())

    outcomes = at_once(
        *[lambda: series.confirm(series=booked_series, by=builder_of(first_of_series)) for _ in range(2)]
    )

    assert outcomes == [DONE, DONE]
    assert Booking.objects.filter(series=booked_series, state="CONFIRMED").count() == 3


def test_a_booking_confirmed_while_it_is_declined(hour: SessionType, cleo: User) -> None:
    booking = book(hour, cleo)

    outcomes = at_once(
        lambda: services.confirm(booking=reloaded(booking), by=builder_of(booking)),
        lambda: services.decline(booking=reloaded(booking), by=builder_of(booking)),
    )

    assert outcomes in ([DONE, DONE], [DONE, "invalid_transition"])
    assert booking.events.exclude(verb="request").count() == 1


def test_a_booking_cancelled_by_both_sides(hour: SessionType, cleo: User) -> None:
    booking = confirmed(hour, cleo)

    outcomes = at_once(
        lambda: services.cancel(booking=reloaded(booking), by=builder_of(booking)),
        lambda: services.cancel(booking=reloaded(booking), by=client_of(booking)),
    )

    assert outcomes == [DONE, DONE]
    assert booking.events.filter(verb="cancel").count() == 1


def test_two_bookings_moved_to_the_same_time(hour: SessionType, cleo: User) -> None:
    bookings = [confirmed(hour, cleo, soon(10)), confirmed(hour, cleo, soon(12))]

    outcomes = at_once(
        *[
            lambda booking=booking: services.reschedule(
                booking=reloaded(booking), start=soon(14), by=client_of(booking)
            )
            for booking in bookings
        ]
    )

    assert outcomes == [DONE, "slot_taken"]


def test_a_review_written_twice(hour: SessionType, cleo: User) -> None:
    booking = finished(hour, cleo)

    outcomes = at_once(
        *[lambda: reviews.write(booking=reloaded(booking), by=client_of(booking), rating=5, text="") for _ in range(2)]
    )

    assert outcomes == [DONE, DONE]
    assert Review.objects.filter(booking=booking).count() == 1


def test_two_replies_to_one_review(hour: SessionType, cleo: User) -> None:
    booking = finished(hour, cleo)
    for actor in (client_of(booking), builder_of(booking)):
        reviews.write(booking=booking, by=actor, rating=5, text="")
    review = Review.objects.get(booking=booking, side=Side.CLIENT)

    outcomes = at_once(
        *[lambda text=text: reviews.reply(review=review, by=builder_of(booking), text=text) for text in ("One", "Two")]
    )

    assert outcomes == [DONE, "review_closed"]


def test_two_new_versions_of_one_file(hour: SessionType, cleo: User) -> None:
    booking = finished(hour, cleo)
    first = deliverables.add(booking=booking, by=builder_of(booking), title="Mix", url="https://files.test/1")

    outcomes = at_once(
        *[
            lambda: deliverables.add(
                booking=reloaded(booking),
                by=builder_of(booking),
                title="Mix",
                url="https://files.test/2",
                replaces=first.pk,
            )
            for _ in range(2)
        ]
    )

    assert outcomes == [DONE, "stale"]
    assert Deliverable.objects.filter(booking=booking).count() == 2


def test_a_dispute_opened_by_both_sides(hour: SessionType, cleo: User) -> None:
    booking = finished(hour, cleo)

    outcomes = at_once(
        *[
            lambda actor=actor: disputes.open_(booking=reloaded(booking), by=actor, reason="It was not so.")
            for actor in (client_of(booking), builder_of(booking))
        ]
    )

    assert outcomes == [DONE, DONE]
    assert booking.events.filter(verb="dispute").count() == 1


def test_only_one_of_two_last_statements_is_accepted(hour: SessionType, cleo: User) -> None:
    booking = disputes.open_(booking=finished(hour, cleo), by=Actor(Side.CLIENT, cleo), reason="No.")
    StatementFactory.create_batch(disputes.MOST_STATEMENTS - 2, booking=booking)

    outcomes = at_once(
        *[lambda: disputes.add(booking=reloaded(booking), by=client_of(booking), text="Last.") for _ in range(2)]
    )

    assert outcomes == [DONE, "invalid_transition"]


def test_a_no_show_reported_twice(hour: SessionType, cleo: User) -> None:
    booking = finished(hour, cleo)
    Booking.objects.filter(pk=booking.pk).update(starts_at=soon(days=-2), ends_at=soon(days=-2) + timedelta(hours=1))

    outcomes = at_once(
        *[lambda: no_shows.say(booking=reloaded(booking), by=builder_of(booking), reason="Away") for _ in range(2)]
    )

    assert "Error" not in "".join(outcomes)
    assert booking.events.filter(verb="no_show").count() <= 1


def test_joining_a_waiting_list_twice_makes_one_entry(hour: SessionType, cleo: User) -> None:
    assert at_once(*[lambda: waiting_list.join(entry=waiting_list_entry(hour, cleo)) for _ in range(2)]) == [DONE, DONE]
    assert WaitingListEntry.objects.filter(client=cleo).count() == 1


def test_only_one_of_two_last_waiting_list_entries_is_accepted(hour: SessionType, cleo: User) -> None:
    for number in range(waiting_list.MOST_PLACES - 1):
        waiting_list.join(entry=waiting_list_entry(hour, cleo, last_day=soon(days=10 + number).date()))

    outcomes = at_once(
        *[
            lambda day=day: waiting_list.join(entry=waiting_list_entry(hour, cleo, last_day=soon(days=day).date()))
            for day in (40, 41)
        ]
    )

    assert outcomes == [DONE, "too_many_holds"]


def test_a_waiting_list_entry_moved_to_the_front_twice(hour: SessionType, cleo: User) -> None:
    entry = waiting_list.join(entry=waiting_list_entry(hour, cleo))

    def put() -> None:
        waiting_list.put_first(entry=WaitingListEntry.objects.get(pk=entry.pk), by=None)

    assert at_once(put, put) == [DONE, DONE]
    assert WaitingListEntry.objects.get(pk=entry.pk).priority == entry.priority + 2


def test_a_waiting_list_left_twice(hour: SessionType, cleo: User) -> None:
    entry = waiting_list.join(entry=waiting_list_entry(hour, cleo))

    assert at_once(*[lambda: waiting_list.leave(entry=entry) for _ in range(2)]) == [DONE, DONE]


def test_two_tabs_that_save_a_first_draft(hour: SessionType, cleo: User) -> None:
    def save(text: str) -> None:
        draft = Draft(holder=f"person:{cleo.pk}", session_type=hour, person=cleo)
        drafts.save_draft(draft=draft, typed={"notes": text}, network="")

    assert at_once(lambda: save("One"), lambda: save("Two")) == [DONE, DONE]
    assert Draft.objects.filter(person=cleo).count() == 1


def test_only_one_of_two_last_projects_is_accepted(cleo: User) -> None:
    ProjectFactory.create_batch(projects.MOST - 1, client=cleo)

    outcomes = at_once(*[lambda: projects.save(project=Project(client=cleo), title="New", about="") for _ in range(2)])

    assert outcomes == [DONE, "invalid"]


def test_only_one_of_two_last_notes_is_accepted(hour: SessionType, cleo: User) -> None:
    booking = confirmed(hour, cleo)
    ClientNoteFactory.create_batch(client_services.MOST_NOTES - 1, builder=booking.builder, client=cleo)

    outcomes = at_once(
        *[
            lambda: client_services.write_note(builder=booking.builder, client=cleo, text="Last", is_shared=False)
            for _ in range(2)
        ]
    )

    assert outcomes == [DONE, "invalid"]


def test_two_visitors_counted_at_the_same_step(hour: SessionType) -> None:
    step = FunnelCount.Step.DETAILS

    attempt = funnel.VisitorAttempt(funnel.WEB, hour.builder_id, hour.pk, "visitor:one", 60)
    assert at_once(*[lambda: funnel.count(attempt, step) for _ in range(2)]) == [DONE, DONE]
    assert FunnelCount.objects.get(builder=hour.builder).count == 2
