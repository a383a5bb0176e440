"""Series: booked completely or not at all, with a constant local time, moved and cancelled together."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from django.test import Client
from django.urls import reverse

from accounts.models import User
from bookings.agreement import services
from bookings.agreement.requests import check
from bookings.models import Booking, Series
from bookings.series import services as series
from bookings.states import State
from coaching.models import SessionType
from coaching.services import Config, save_config
from core import clock
from core.models import OutboxMessage
from core.registry import integrity_findings
from scheduling.refusals import TimeRefusal
from tests.bookings.cast import book, booking_request, builder_of, client_of, free_shop, latest, person_visitor
from tests.bookings.wizard.steps import form_of, go_on, page
from tests.cast import make_person
from tests.emails import delivered, text_of, to
from tests.factories.accounts import PlaceFactory
from tests.factories.bookings import DraftFactory
from tests.reading import visible_text
from tests.scheduling.cast import live, offer, open_hours, rates, refused, soon

pytestmark = pytest.mark.django_db
WEEK = timedelta(weeks=1)


def book_series(hour: SessionType, person: User, count: int = 4, key: Any = None) -> Series:
    visitor = person_visitor(person)
    starts = dict(enumerate(series.dates(soon(), "Europe/Berlin", count, 1)))
    priced = check(booking_request(hour), visitor)
    return series.book(priced=priced, visitor=visitor, starts=starts, every_weeks=1, key=key or uuid4())


def first_of(booked: Series) -> Booking:
    return Booking.objects.complete().get(series=booked, series_number=1)


def test_dates_keep_their_local_time_across_a_clock_change() -> None:
    start = datetime(2027, 3, 16, 9, tzinfo=UTC)  # ten in Berlin

    starts = series.dates(start, "Europe/Berlin", 4, 1)

    assert [at.hour for at in starts] == [9, 9, 8, 8]
    assert [(at - start).days for at in starts] == [0, 7, 13, 20]


def test_a_series_creates_a_booking_for_each_date(hour: SessionType, cleo: User) -> None:
    booked = book_series(hour, cleo)

    bookings = list(booked.bookings.order_by("series_number"))
    assert [booking.series_number for booking in bookings] == [1, 2, 3, 4]
    assert len({booking.reference for booking in bookings}) == 4
    assert live() == 4
    assert OutboxMessage.objects.filter(channel="booking").count() == 2, "one mail for each side"
    assert integrity_findings(clock.now()) == []


def test_sending_the_form_twice_books_one_series(hour: SessionType, cleo: User) -> None:
    key = uuid4()

    assert book_series(hour, cleo, key=key) == book_series(hour, cleo, key=key)
    assert Booking.objects.count() == 4


def test_nothing_is_booked_if_one_date_is_taken(hour: SessionType, cleo: User) -> None:
    taken = series.dates(soon(), "Europe/Berlin", 3, 1)[2]
    book(hour, make_person("Sam Lee"), taken)

    error = refused(lambda: book_series(hour, cleo))

    assert error.refusal == TimeRefusal.SLOT_TAKEN
    assert error.sentence.startswith(f"{taken:%a} {taken.day}")
    assert (Booking.objects.count(), Series.objects.count(), live()) == (1, 0, 1)


def test_the_plan_shows_taken_dates_and_times_near_them(hour: SessionType, cleo: User, django_assert_num_queries: Any) -> None:  # fmt: skip
    starts = series.dates(soon(), "Europe/Berlin", 5, 1)
    book(hour, make_person("Sam Lee"), starts[1])

    now = clock.now()
    with django_assert_num_queries(2):
        planned = series.plan(hour, 60, starts, now, "")

    assert [planned_date.is_free for planned_date in planned] == [True, False, True, True, True]
    assert len(planned[1].others) == 5
    assert all(abs(other - starts[1]) <= timedelta(days=3) for other in planned[1].others)


def test_cancelling_includes_later_bookings_but_not_earlier_ones(hour: SessionType, cleo: User) -> None:
    booked = book_series(hour, cleo)
    second = Booking.objects.complete().get(series=booked, series_number=2)

    assert series.end(booking=second, by=client_of(second), reason="I am moving away.") == 3

    states = list(booked.bookings.order_by("series_number").values_list("state", flat=True))
    assert states == [State.PENDING, *[State.CANCELLED] * 3]
    assert live() == 1


@pytest.mark.parametrize("shift", [timedelta(hours=2), WEEK, timedelta(days=-1)])
def test_moving_a_booking_moves_later_ones_by_the_same_time(hour: SessionType, cleo: User, shift: timedelta) -> None:
    """Moved by a week, each booking takes the time that the next one had."""
    booked = book_series(hour, cleo)
    first = first_of(booked)
    before = list(booked.bookings.order_by("series_number").values_list("starts_at", flat=True))

    assert series.move(booking=first, start=first.starts_at + shift, by=client_of(first)) == 4

    after = list(booked.bookings.order_by("series_number").values_list("starts_at", flat=True))
    assert [local(at) for at in after] == [local(at) + shift for at in before]
    assert integrity_findings(clock.now()) == []


def local(at: datetime) -> datetime:
    from tests.scheduling.cast import BERLIN

    return at.astimezone(BERLIN).replace(tzinfo=None)


def test_nothing_moves_if_one_booking_cannot_be_moved(hour: SessionType, cleo: User) -> None:
    booked = book_series(hour, cleo)
    first = first_of(booked)
    starts = list(booked.bookings.order_by("series_number").values_list("starts_at", flat=True))
    book(hour, make_person("Sam Lee"), starts[2] + timedelta(hours=2))

    error = refused(lambda: series.move(booking=first, start=first.starts_at + timedelta(hours=2), by=client_of(first)))

    assert error.refusal == TimeRefusal.SLOT_TAKEN
    assert list(booked.bookings.order_by("series_number").values_list("starts_at", flat=True)) == starts


def test_the_page_shows_the_fee_for_cancelling_later_bookings(
    hour: SessionType, cleo: User, browser_of: Callable[[User | None], Client]
) -> None:
    booked = book_series(hour, cleo, 3)
    booked.bookings.update(state=State.CONFIRMED, answer_by=None, confirmed_at=clock.now(), tiers=[[0, 50]])

    page = visible_text(browser_of(cleo).get(reverse("bookings:end", args=[first_of(booked).reference])))

    assert "costs $45.00" in page
    assert "Cancel the 2 later ones of the series too, for $90.00 more" in page


def test_a_builder_declines_and_cancels_a_series(hour: SessionType, cleo: User) -> None:
    booked = book_series(hour, cleo)
    first = first_of(booked)
    services.confirm(booking=first, by=builder_of(first))

    assert series.end(booking=first, by=builder_of(first), reason="I am ill.") == 4
    verbs = {latest(booking).verb for booking in booked.bookings.all()}
    assert verbs == {"cancel", "decline"}


# Pages -----------------------------------------------------------------------------------------------------


@pytest.fixture
def planning(hour: SessionType, cleo: User, browser_of: Callable[[User | None], Client]) -> tuple[Client, str]:
    """The browser of Cleo, who has entered her details, and the address of the plan."""
    DraftFactory.create(holder=f"person:{cleo.pk}", session_type=hour, person=cleo, details={"notes": "Hello."})
    address = reverse("bookings:plan", args=["ada-moreno", hour.pk])
    return browser_of(cleo), f"{address}?start={soon():%Y-%m-%dT%H:%M:%SZ}&minutes=60&zone=Europe/London"


def test_a_client_plans_books_and_cancels_a_series_on_the_pages(
    planning: tuple[Client, str], hour: SessionType
) -> None:
    cleos, address = planning
    taken = series.dates(soon(), "Europe/Berlin", 3, 1)[2]
    book(hour, make_person("Sam Lee"), taken)
    page = cleos.get(f"{address}&count=4")
    assert "3 of 4 dates are available" in visible_text(page)
    instead = page.context["dates"][2]["others"][0][0].start

    sent = {"date_2": instead.isoformat(), "date_3": "none", "key": page.context["draft"].form_key}
    answer = cleos.post(f"{address}&count=4", sent)

    booked = Series.objects.get()
    assert answer["Location"] == booked.get_absolute_url()
    assert booked.count == 3
    assert "1 of 3" in visible_text(cleos.get(booked.get_absolute_url()))
    assert cleos.post(f"{address}&count=4", sent)["Location"] == booked.get_absolute_url(), "sent twice"
    first = first_of(booked)
    end = reverse("bookings:end", args=[first.reference])
    assert "Cancel the 2 later ones of the series too" in visible_text(cleos.get(end))
    cleos.post(end, {"later": "yes", "cause": "solved", "reason": ""})
    assert set(booked.bookings.values_list("state", flat=True)) == {State.CANCELLED}
    first.refresh_from_db()
    assert (first.cancel_cause, latest(first).reason) == ("solved", "It is no longer needed")


def test_a_client_moves_later_bookings_on_the_page(hour: SessionType, cleo: User, browser_of: Callable[[User | None], Client]) -> None:  # fmt: skip
    booked = book_series(hour, cleo)
    first = first_of(booked)
    target = first.starts_at + timedelta(hours=1)
    page = reverse("bookings:move", args=[first.reference])
    cleos = browser_of(cleo)
    assert "Move the 3 later ones" in visible_text(cleos.get(f"{page}?start={target:%Y-%m-%dT%H:%M:%SZ}"))

    cleos.post(page, {"start": target.isoformat(), "later": "yes"})

    assert all(booking.previous_start for booking in booked.bookings.all())


def test_dates_that_are_no_longer_free_are_left_out(planning: tuple[Client, str], ada: User) -> None:
    cleos, address = planning
    SessionType.objects.update(max_per_day=None)
    cleos.get(f"{address}&count=3")
    open_ = ada.schedules.get()
    open_.horizon_days = 10
    open_.save()

    answer = cleos.post(f"{address}&count=3", {})

    assert Series.objects.get().count == 2, "the date that is no longer free was left out"
    assert answer.status_code == 302


def test_a_price_that_has_changed_since_the_plan_was_shown_is_refused(
    planning: tuple[Client, str], hour: SessionType
) -> None:
    cleos, address = planning
    form = form_of(cleos.get(f"{address}&count=3"))
    save_config(builder=hour.builder, config=Config(prices={60: Decimal(90)}, currency="GBP"))

    assert "The price is now £90.00." in visible_text(cleos.post(f"{address}&count=3", form))
    assert not Series.objects.exists()


def test_a_series_without_free_dates_is_refused(planning: tuple[Client, str], ada: User) -> None:
    cleos, address = planning
    ada.schedules.update(horizon_days=0)

    answer = cleos.post(f"{address}&count=3", {})

    assert answer.status_code == 422
    assert Series.objects.count() == 0


def test_a_builder_confirms_a_series_at_once(
    hour: SessionType, cleo: User, mail_folder: Path, browser_of: Callable[[User | None], Client]
) -> None:
    booked = book_series(hour, cleo)
    (email,) = to(delivered(mail_folder), hour.builder.email)
    assert email["Subject"] == "New request: Coaching hour, 4 times"
    assert booked.get_absolute_url() in text_of(email)
    page = booked.get_absolute_url()
    assert browser_of(cleo).post(page).status_code == 403
    adas = browser_of(hour.builder)
    assert "Confirm all of them" in visible_text(adas.get(page))

    adas.post(page)

    assert set(booked.bookings.values_list("state", flat=True)) == {State.CONFIRMED}
    assert len(to(delivered(mail_folder), cleo.email)) == 5, "each with its calendar entry"


def test_other_people_cannot_see_a_series(
    hour: SessionType, cleo: User, browser_of: Callable[[User | None], Client]
) -> None:
    booked = book_series(hour, cleo)

    assert browser_of(make_person("Sam Lee")).get(booked.get_absolute_url()).status_code == 404
    assert browser_of(hour.builder).get(booked.get_absolute_url()).status_code == 200


def test_two_clients_book_series_of_the_same_group_sessions(ada: User, cleo: User) -> None:
    rates(ada)
    open_hours(ada)
    group = offer(ada, seats=4)

    for person in (cleo, make_person("Sam Lee")):
        book_series(group, person, 3)

    assert live() == 3


def test_repetition_is_chosen_with_the_time(client: Client, hour: SessionType, cleo: User) -> None:
    client.force_login(cleo)
    times = client.get(page("times", hour))
    assert "Repeat" in visible_text(times)
    assert "Every two weeks" in visible_text(times)

    details = client.post(page("hold", hour), {"start": soon().isoformat(), "minutes": 60, "every": "2"})["Location"]
    assert "Every 2 weeks" in visible_text(client.get(details))
    plan = go_on(client, details, notes="Hello.")["Location"]

    assert plan.startswith(page("plan", hour))
    seen = client.get(plan)
    starts = [planned["date"].start for planned in seen.context["dates"]]
    assert starts[1] - starts[0] == 2 * WEEK
    assert "every=" not in seen.context["review_url"], "from there, a single session is booked"


def test_guests_are_offered_no_repetition(client: Client, ada: User) -> None:
    assert "Repeat" not in visible_text(client.get(page("times", free_shop(ada))))


def test_dates_that_are_taken_are_skipped_unless_another_time_is_chosen(
    planning: tuple[Client, str], hour: SessionType
) -> None:
    cleos, address = planning
    book(hour, make_person("Sam Lee"), series.dates(soon(), "Europe/Berlin", 2, 1)[1])

    html = cleos.get(f"{address}&count=3").content.decode()

    select = html[html.index('<select id="date_1"') :].partition("</select>")[0]
    assert re.findall(r'value="([^"]*)" selected', select) == ["none"]


def test_public_holidays_are_named_and_skipped_unless_chosen(
    planning: tuple[Client, str], hour: SessionType, ada: User
) -> None:
    cleos, _ = planning
    ada.place = PlaceFactory.create(country_code="DE")
    ada.save()
    christmas = next_christmas()
    start = datetime(christmas.year, 12, 18, 9, tzinfo=UTC)
    address = reverse("bookings:plan", args=["ada-moreno", hour.pk])

    seen = cleos.get(address, {"start": f"{start:%Y-%m-%dT%H:%M:%SZ}", "minutes": "60", "count": "3"})

    assert "Christmas Day" in visible_text(seen)
    assert "New Year" in visible_text(seen)
    html = seen.content.decode()
    ticked = re.findall(r'name="(date_\d)"\s+value="none"\s+checked', html)
    assert ticked == ["date_1", "date_2"]


def next_christmas() -> datetime:
    """Returns Christmas Day of this year, or of the next one if it is near."""
    now = clock.now()
    return datetime(now.year + (now.month == 12 and now.day > 10), 12, 25, tzinfo=UTC)
