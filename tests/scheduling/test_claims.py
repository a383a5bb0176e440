"""Holds, bookings, moves, groups, and the limits on holds."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.db import connection

from accounts.models import User
from coaching.models import SessionType
from core import clock, outbox
from core.errors import Refused
from core.registry import integrity_findings
from scheduling import claims, locks
from scheduling.models import FreeTimes, Reservation, Seat
from scheduling.refusals import TimeRefusal
from scheduling.services import save_schedule
from tests.cast import make_builder_person
from tests.scheduling.cast import ask, free_session, live, offer, open_hours, rates, refused, soon, visitor


@pytest.fixture
def coaching(ada: User) -> SessionType:
    rates(ada)
    open_hours(ada)
    return offer(ada)


@pytest.mark.django_db
def test_a_hold_keeps_the_slot_for_ten_minutes(coaching: SessionType) -> None:
    seat = claims.hold(ask(coaching, soon(10)))

    assert seat.expires_at
    assert timedelta(minutes=9) < seat.expires_at - clock.now() <= timedelta(minutes=10)
    error = refused(lambda: claims.hold(ask(coaching, soon(10), who=visitor("sam"))))
    assert (error.refusal, error.sentence) == (TimeRefusal.SLOT_TAKEN, "Somebody else has just taken this time.")


@pytest.mark.django_db
def test_who_comes_too_late_is_refused_without_the_lock(coaching: SessionType, django_assert_num_queries: Any) -> None:
    claims.book(ask(coaching, soon(10), who=visitor("sam")))
    late = ask(coaching, soon(10))

    with django_assert_num_queries(2):  # the hours; whether the time is free
        assert refused(lambda: claims.book(late)).refusal == TimeRefusal.SLOT_TAKEN


@pytest.mark.django_db
def test_a_time_is_taken_by_few_queries(coaching: SessionType, django_assert_num_queries: Any) -> None:
    early = ask(coaching, soon(10))

    # The hours; whether it is free; savepoint, lock, whether it is still free, what is taken around it, reservation with
    # seat, the message that refreshes the free times; the savepoint's end.
    with django_assert_num_queries(9):
        seat = claims.book(early)

    saved = Seat.objects.select_related("reservation").get()
    for name in ("holder", "person", "address", "expires_at", "released_at", "created_at", "changed_at", "extensions"):
        assert getattr(saved, name) == getattr(seat, name), name
    for name in ("builder_id", "session_type_id", "during", "kind", "capacity", "expires_at", "note", "created_at"):
        assert getattr(saved.reservation, name) == getattr(seat.reservation, name), name


@pytest.mark.django_db
def test_a_visitor_can_book_the_time_they_hold(coaching: SessionType) -> None:
    seat = claims.hold(ask(coaching, soon(10)))
    booked = claims.book(ask(coaching, soon(10)))

    assert booked.pk == seat.pk
    assert booked.expires_at is None
    assert Reservation.objects.get().kind == "BOOKED"


@pytest.mark.django_db
def test_a_new_hold_replaces_the_old_one(coaching: SessionType) -> None:
    claims.hold(ask(coaching, soon(10)))
    claims.hold(ask(coaching, soon(11)))

    assert live() == 1
    claims.hold(ask(coaching, soon(10), who=visitor("sam")))


@pytest.mark.django_db
def test_a_refused_hold_leaves_the_old_one(coaching: SessionType) -> None:
    claims.book(ask(coaching, soon(11), who=visitor("sam")))
    mine = claims.hold(ask(coaching, soon(10)))

    refused(lambda: claims.hold(ask(coaching, soon(11))))

    mine.refresh_from_db()
    assert mine.released_at is None


@pytest.mark.django_db
def test_an_expired_hold_can_be_taken_by_others(coaching: SessionType) -> None:
    seat = claims.hold(ask(coaching, soon(10)))
    past = clock.now() - timedelta(seconds=1)
    Seat.objects.update(expires_at=past)
    Reservation.objects.update(expires_at=past)

    claims.hold(ask(coaching, soon(10), who=visitor("sam")))
    seat.refresh_from_db()
    assert seat.released_at is not None
    assert refused(lambda: claims.book(ask(coaching, soon(10)))).refusal == TimeRefusal.SLOT_TAKEN


@pytest.mark.django_db
def test_an_expired_hold_can_be_booked_while_the_time_is_free(coaching: SessionType) -> None:
    claims.hold(ask(coaching, soon(10)))
    Seat.objects.update(expires_at=clock.now() - timedelta(seconds=1))
    Reservation.objects.update(expires_at=clock.now() - timedelta(seconds=1))

    assert claims.book(ask(coaching, soon(10))).expires_at is None
    assert live() == 1


@pytest.mark.django_db
def test_a_hold_is_extended_ten_times_and_by_its_holder_only(coaching: SessionType) -> None:
    seat = claims.hold(ask(coaching, soon(10)))
    assert refused(lambda: claims.extend(seat=seat, visitor=visitor("sam"))).refusal == TimeRefusal.HOLD_LOST
    for _ in range(10):
        claims.extend(seat=seat, visitor=visitor())

    error = refused(lambda: claims.extend(seat=seat, visitor=visitor()))
    assert error.sentence == "This time cannot be held any longer. Book it or release it."


@pytest.mark.django_db
def test_releasing_a_seat_frees_the_time_and_can_be_repeated(coaching: SessionType) -> None:
    seat = claims.book(ask(coaching, soon(10)))
    claims.release(seat=seat)
    claims.release(seat=seat)

    assert live() == 0
    claims.book(ask(coaching, soon(10), who=visitor("sam")))


@pytest.mark.django_db
def test_a_move_may_overlap_the_old_time(ada: User) -> None:
    rates(ada)
    open_hours(ada)
    halves = offer(ada, slot_interval=30)
    seat = claims.book(ask(halves, soon(10)))

    moved = claims.move(seat=seat, ask=ask(halves, soon(10, 30)))

    seat.refresh_from_db()
    assert seat.released_at is not None
    assert moved.reservation.during.lower == soon(10, 30)
    assert (live(), Reservation.objects.count()) == (1, 2), "rows are never moved"


@pytest.mark.django_db
def test_a_move_to_a_taken_time_is_refused_and_the_old_time_stays(coaching: SessionType) -> None:
    claims.book(ask(coaching, soon(11), who=visitor("sam")))
    seat = claims.book(ask(coaching, soon(10)))

    assert refused(lambda: claims.move(seat=seat, ask=ask(coaching, soon(11)))).refusal == TimeRefusal.SLOT_TAKEN
    seat.refresh_from_db()
    assert seat.released_at is None


@pytest.mark.django_db
def test_a_move_to_a_held_time_uses_the_hold(coaching: SessionType) -> None:
    old = claims.book(ask(coaching, soon(10)))
    hold = claims.hold(ask(coaching, soon(12)))

    moved = claims.move(seat=old, ask=ask(coaching, soon(12)))

    old.refresh_from_db()
    assert (moved.pk, moved.expires_at) == (hold.pk, None)
    assert old.released_at is not None
    assert live() == 1


@pytest.mark.django_db
def test_a_released_seat_cannot_be_moved(coaching: SessionType) -> None:
    seat = claims.book(ask(coaching, soon(10)))
    claims.release(seat=seat)

    assert refused(lambda: claims.move(seat=seat, ask=ask(coaching, soon(11)))).refusal == TimeRefusal.HOLD_LOST
    assert live() == 0


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("start", "words"),
    [
        (lambda: soon(10, 7), "Sessions begin every 1 hour, counted from 09:00."),
        (lambda: soon(18), "Outside the working hours, which are 09:00–17:00 on that day."),
        (lambda: soon(16, 30), "1 hour from then on would end after the working hours."),
        (lambda: soon(10, days=-1), "This time has passed."),
        (lambda: soon(10) + timedelta(milliseconds=1), None),
    ],
)
def test_a_time_that_is_not_offered_is_refused_with_the_reason(
    coaching: SessionType, start: Callable[[], Any], words: str | None
) -> None:
    error = refused(lambda: claims.hold(ask(coaching, start())))

    assert error.refusal == TimeRefusal.OUTSIDE_AVAILABILITY
    assert words is None or error.sentence == words
    assert not Reservation.objects.exists()


@pytest.mark.django_db
def test_the_refusal_for_time_off_contains_its_note(ada: User, coaching: SessionType) -> None:
    claims.block(builder=ada.pk, start=soon(0), end=soon(0, days=4), note="At the sea")

    error = refused(lambda: claims.hold(ask(coaching, soon(10))))

    assert (error.refusal, error.sentence) == (TimeRefusal.OUTSIDE_AVAILABILITY, "Time off: At the sea.")
    claims.unblock(reservation=Reservation.objects.get())
    claims.hold(ask(coaching, soon(10)))


@pytest.mark.django_db
def test_a_group_takes_as_many_as_it_has_seats(ada: User) -> None:
    rates(ada)
    open_hours(ada)
    group = offer(ada, seats=3)
    seats = [claims.book(ask(group, soon(10), who=visitor(name))) for name in ("a", "b", "c")]

    assert {seat.reservation_id for seat in seats} == {seats[0].reservation_id}
    assert refused(lambda: claims.book(ask(group, soon(10), who=visitor("d")))).sentence == (
        "The last seat was just taken."
    )
    claims.release(seat=seats[1])
    assert live() == 1, "one leaving touches nobody else"
    claims.book(ask(group, soon(10), who=visitor("d")))
    assert "already" in refused(lambda: claims.book(ask(group, soon(10), who=visitor("a")))).sentence


def grouped(ada: User, seats: int) -> SessionType:
    rates(ada)
    open_hours(ada)
    return offer(ada, seats=seats)


def expire(seat: Seat) -> None:
    Seat.objects.filter(pk=seat.pk).update(expires_at=clock.now() - timedelta(seconds=1))


@pytest.mark.django_db
def test_a_seat_with_an_expired_hold_can_be_lost_to_another(ada: User) -> None:
    group = grouped(ada, 2)
    claims.book(ask(group, soon(10), who=visitor("a")))
    expire(claims.hold(ask(group, soon(10), who=visitor("b"))))
    claims.book(ask(group, soon(10), who=visitor("c")))

    error = refused(lambda: claims.book(ask(group, soon(10), who=visitor("b"))))

    assert error.sentence == "The last seat was just taken."
    assert integrity_findings(clock.now()) == []


@pytest.mark.django_db
def test_a_group_with_only_holds_left_expires_with_them(ada: User) -> None:
    group = grouped(ada, 3)
    taken = claims.book(ask(group, soon(10), who=visitor("a")))
    hold = claims.hold(ask(group, soon(10), who=visitor("b")))
    claims.release(seat=taken)
    assert integrity_findings(clock.now()) == []

    expire(hold)
    Reservation.objects.update(expires_at=clock.now() - timedelta(seconds=1))
    claims.release_expired(clock.now())
    assert live() == 0
    assert not Reservation.objects.filter(released_at__isnull=True).exists()


@pytest.mark.django_db
def test_a_visitor_may_hold_only_so_many_times(settings: Any, coaching: SessionType) -> None:
    settings.LIMIT_HOLDS_PER_VISITOR = 2
    for number in range(2):
        other = make_builder_person(f"Builder {number}")
        rates(other)
        open_hours(other)
        claims.hold(ask(offer(other), soon(10)))

    error = refused(lambda: claims.hold(ask(coaching, soon(10))))
    assert (error.refusal, error.retry_after) == (TimeRefusal.TOO_MANY_HOLDS, 60)


@pytest.mark.django_db
def test_strangers_together_hold_at_most_a_third(ada: User) -> None:
    open_hours(ada, [(weekday, 540, 630) for weekday in range(7)])  # 14 times 90 minutes: 21 hours
    free = free_session(ada)
    outcomes: Counter[str] = Counter()
    for days in range(1, 14):
        for minute in (0, 30):
            try:
                claims.hold(ask(free, soon(9, minute, days=days), minutes=30, who=visitor(f"{days}-{minute}")))
                outcomes["held"] += 1
            except Refused as error:
                outcomes[error.refusal.code] += 1

    assert set(outcomes) == {"held", "too_many_holds"}
    assert 10 <= outcomes["held"] <= 14


@pytest.mark.django_db
def test_expired_holds_are_released_by_the_job(coaching: SessionType) -> None:
    claims.hold(ask(coaching, soon(10)))
    assert claims.release_expired(clock.now()) == 0
    Reservation.objects.update(expires_at=clock.now() - timedelta(seconds=1))

    assert claims.release_expired(clock.now()) == 1
    assert not Reservation.objects.filter(released_at__isnull=True).exists()


@pytest.mark.django_db
def test_a_time_whose_hold_has_expired_is_shown_as_free_again(coaching: SessionType) -> None:
    claims.hold(ask(coaching, soon(10)))
    outbox.deliver_due("free_times")
    assert not is_shown_as_free(coaching, soon(10))
    connection.run_on_commit.clear()  # as after a commit, which the test's transaction never has
    Reservation.objects.update(expires_at=clock.now() - timedelta(seconds=1))

    claims.release_expired(clock.now())
    outbox.deliver_due("free_times")

    assert is_shown_as_free(coaching, soon(10))


def is_shown_as_free(session_type: SessionType, start: datetime) -> bool:
    """Whether cards and searches show this start."""
    runs, at = FreeTimes.objects.get(session_type=session_type).runs, int(start.timestamp())
    return any(first <= at <= last for first, last in zip(runs[::2], runs[1::2], strict=True))


@pytest.mark.django_db
def test_the_constraint_by_itself_refuses_a_second_booking(coaching: SessionType) -> None:
    claims.book(ask(coaching, soon(10)))
    row = {"builder": coaching.builder, "kind": "BOOKED", "session_type": coaching}

    def careless() -> None:
        locks.with_time_of(
            coaching.builder_id,
            lambda now: Reservation.objects.create(during=(soon(10), soon(11)), **row),
        )

    assert refused(careless).refusal == TimeRefusal.SLOT_TAKEN


@pytest.mark.django_db
def test_a_session_type_keeps_to_its_own_schedule(ada: User, coaching: SessionType) -> None:
    """A session type that names a schedule keeps to it."""
    evening = open_hours(ada, [(weekday, 1080, 1200) for weekday in range(7)], name="Evenings")
    from scheduling.services import ScheduleHours

    rules = [(weekday, 1080, 1200) for weekday in range(7)]
    save_schedule(schedule=evening, week=ScheduleHours(rules=rules, session_types=[coaching]), by=ada)

    assert refused(lambda: claims.hold(ask(coaching, soon(10)))).refusal == TimeRefusal.OUTSIDE_AVAILABILITY
    claims.hold(ask(coaching, soon(18)))
