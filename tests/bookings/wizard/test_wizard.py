"""Booking through the pages, as a browser without JavaScript does."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import UTC, timedelta
from decimal import Decimal
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit
from zoneinfo import ZoneInfo

import pytest
from django.test import Client
from django.urls import reverse

from accounts.models import User
from bookings.models import Booking, Draft
from bookings.wizard.time_picker import TimePicker
from coaching.models import SessionType
from coaching.services import Config, QuestionInput, SessionTypeParts, save_config, save_rates, save_session_type
from coaching.terms import offer_of
from core import clock
from scheduling.models import Reservation, Seat
from tests.bookings.cast import book, free_shop, shop
from tests.bookings.wire import CREATE, Caller, error
from tests.bookings.wizard.steps import choose, go_on, key_of, page
from tests.cast import make_person
from tests.factories.core import FlagFactory
from tests.reading import words
from tests.scheduling.cast import live, offer, open_hours, rates, soon

pytestmark = pytest.mark.django_db


def query(address: str) -> dict[str, list[str]]:
    return parse_qs(urlsplit(address).query)


def test_booking_in_four_steps(client: Client, hour: SessionType, cleo: User) -> None:
    client.force_login(cleo)
    assert "Choose a time" in words(client.get("/book/ada-moreno/"))
    assert "10:00" in words(client.get(page("times", hour), {"zone": "Europe/Berlin", "day": f"{soon():%Y-%m-%d}"}))

    details = choose(client, hour)
    assert live() == 1
    assert "Held for you for" in words(client.get(details))
    review = go_on(client, details, notes="See you there.")["Location"]
    seen = client.get(review)
    assert "See you there." in words(seen)
    assert "$90.00" in words(seen)
    assert "free of charge" in words(seen)
    booked = client.post(review, {"key": key_of(seen)})

    booking = Booking.objects.get()
    assert booked["Location"] == reverse("bookings:booked", args=[booking.reference])
    assert (booking.client, booking.notes, booking.timezone) == (cleo, "See you there.", "Europe/London")
    assert live() == 1
    assert not Draft.objects.exists()
    assert booking.reference in words(client.get(booked["Location"]))


def test_a_guest_books_without_an_account(client: Client, ada: User) -> None:
    free = free_shop(ada)
    details = choose(client, free)
    wrong = go_on(client, details, name="", email="nobody")
    assert wrong.status_code == 422
    assert "Enter your name." in words(wrong)
    assert "Enter an email address like" in words(wrong)
    assert 'value="nobody"' in wrong.content.decode(), "what was typed is kept"

    review = go_on(client, details, name="Gwen", email="Gwen@Guests.test")["Location"]
    booked = client.post(review, {"key": key_of(client.get(review))})["Location"]

    booking = Booking.objects.get()
    assert booking.guest is not None
    assert (booking.client, booking.guest.email, booking.state) == (None, "gwen@guests.test", "CONFIRMED")
    assert booking.reference in words(client.get(booked))
    assert booking.reference in words(Client().get(booked)), "the link is the key, not the browser"
    assert not User.objects.filter(email="gwen@guests.test").exists()


def test_strangers_see_the_times_of_a_paid_session_and_sign_in_to_book_one(client: Client, hour: SessionType) -> None:
    assert "Choose a time" in words(client.get("/book/ada-moreno/"))
    times = client.get(page("times", hour), {"zone": "Europe/Berlin", "day": f"{soon():%Y-%m-%d}"})
    assert "10:00" in words(times)
    assert "Choose a time, then sign in or create an account to book it." in words(times)
    for name in ("details", "review"):
        assert client.get(page(name, hour))["Location"].startswith("/account/login/?next=/book/ada-moreno/")
    assert live() == 0


def test_signing_in_leads_back_to_exactly_the_time_that_was_chosen(
    client: Client, hour: SessionType, cleo: User
) -> None:
    chosen = {"start": soon(12).isoformat(), "minutes": "60", "zone": "Europe/Berlin"}

    login = client.post(page("hold", hour), chosen)["Location"]

    assert urlsplit(login).path == "/account/login/"
    back = query(login)["next"][0]
    assert urlsplit(back).path == page("details", hour)
    assert "Sign in to book the time you chose." in words(client.get(login))
    assert "you come back to the time you chose" in words(client.get(f"/account/signup/?{urlencode({'next': back})}"))
    assert query(back) == {name: [value] for name, value in chosen.items()}
    assert live() == 0, "nobody can take a paid time without an account"
    client.force_login(cleo)
    details = client.get(back)
    assert "12:00–13:00" in words(details)
    assert "Hold this time" in words(details)


def test_a_time_that_cannot_be_read_leads_back_to_the_times(client: Client, hour: SessionType) -> None:
    login = client.post(page("hold", hour), {"start": "soon"})["Location"]

    assert urlsplit(query(login)["next"][0]).path == page("times", hour)


def test_sending_the_last_form_twice_makes_one_booking(client: Client, hour: SessionType, cleo: User) -> None:
    client.force_login(cleo)
    review = go_on(client, choose(client, hour))["Location"]
    key = key_of(client.get(review))

    places = [client.post(review, {"key": key})["Location"] for _ in range(2)]

    assert places[0] == places[1]
    assert Booking.objects.count() == 1


def test_choosing_a_taken_time_shows_the_nearest_free_ones(client: Client, hour: SessionType, cleo: User) -> None:
    client.force_login(cleo)
    book(hour, make_person("Sam Lee"), soon(10))

    back = choose(client, hour, soon(10))
    seen = client.get(back)

    assert "lost" in query(back)
    assert "is no longer available" in words(seen)
    assert seen.content.decode().count('class="slot slot--s"') == 5


def test_what_was_typed_is_kept_when_the_time_is_lost_in_the_last_step(
    client: Client, hour: SessionType, cleo: User
) -> None:
    client.force_login(cleo)
    review = go_on(client, choose(client, hour, soon(10)), notes="A long story.")["Location"]
    key = key_of(client.get(review))
    Seat.objects.update(expires_at=clock.now() - timedelta(seconds=1))
    Reservation.objects.update(expires_at=clock.now() - timedelta(seconds=1))
    book(hour, make_person("Sam Lee"), soon(10))

    back = client.post(review, {"key": key})["Location"]

    assert "is no longer available" in words(client.get(back))
    details = choose(client, hour, soon(12))
    assert "A long story." in words(client.get(details))
    assert Booking.objects.count() == 1


def test_an_expired_hold_can_still_be_booked_while_the_time_is_free(
    client: Client, hour: SessionType, cleo: User
) -> None:
    client.force_login(cleo)
    details = choose(client, hour)
    Seat.objects.update(expires_at=clock.now() - timedelta(seconds=1))

    assert "not held for you" in words(client.get(details))
    review = go_on(client, details)["Location"]
    assert client.post(review, {"key": key_of(client.get(review))}).status_code == 302
    assert Booking.objects.count() == 1


def test_a_hold_is_extended_and_released(client: Client, hour: SessionType, cleo: User) -> None:
    client.force_login(cleo)
    choose(client, hour)
    Seat.objects.update(expires_at=clock.now() + timedelta(minutes=1))

    extended = client.post(page("extend", hour), {"start": soon().isoformat()})
    assert "/details/" in extended["Location"]
    until = Seat.objects.get().expires_at
    assert until is not None
    assert until > clock.now() + timedelta(minutes=9)
    assert client.post(page("release", hour), {"start": soon().isoformat()})["Location"] == "/builders/ada-moreno/"
    assert live() == 0


def test_a_visitor_cannot_release_the_hold_of_another(client: Client, ada: User) -> None:
    free = free_shop(ada)
    choose(client, free)
    other = Client()

    other.post(page("release", free), {"start": soon().isoformat()})

    assert live() == 1


def test_a_skipped_step_redirects_to_the_step_that_is_missing(client: Client, hour: SessionType, cleo: User) -> None:
    client.force_login(cleo)

    assert client.get(page("details", hour))["Location"] == page("times", hour)
    assert client.get(page("review", hour))["Location"] == page("times", hour)
    jumped = client.get(page("review", hour), {"start": soon().isoformat()})
    assert "/details/" in jumped["Location"]


@pytest.mark.parametrize("junk", [{"start": "x"}, {"start": "9999-12-31T23:59:59Z"}, {"start": "2026-01-01"}, {}])
def test_an_invalid_start_leads_back_to_the_times(
    client: Client, hour: SessionType, cleo: User, junk: dict[str, str]
) -> None:
    client.force_login(cleo)

    assert client.post(page("hold", hour), junk)["Location"] == page("times", hour)


@pytest.mark.parametrize(
    "junk", ["zone=Mars/Olympus", "day=2026-99-99", "month=x", "minutes=abc", "minutes=99999", "rate=gold", "lost=x", "day=1999-01-01", "month=9999-12"],
)  # fmt: skip
def test_invalid_values_in_the_address_are_ignored(client: Client, ada: User, junk: str) -> None:
    assert client.get(f"{page('times', free_shop(ada))}?{junk}").status_code == 200


def test_a_changed_price_is_shown_before_booking(client: Client, hour: SessionType, cleo: User) -> None:
    """Somebody who has seen the old price must not book at the new one without seeing it."""
    client.force_login(cleo)
    review = go_on(client, choose(client, hour))["Location"]
    key = key_of(client.get(review))
    save_config(builder=hour.builder, config=Config(prices={60: Decimal(200)}))

    answer = client.post(review, {"key": key, "price": "90.00"})

    assert answer.status_code == 409
    assert "The price is $200.00 now." in words(answer)
    assert not Booking.objects.exists()


def test_a_form_filled_in_by_a_robot_is_refused(client: Client, ada: User) -> None:
    details = choose(client, free_shop(ada))

    answer = client.post(details, {"name": "R", "email": "r@robots.test", "website": "https://spam.test"})

    assert answer.status_code == 429


def test_questions_are_shown_and_their_answers_stored(client: Client, ada: User, cleo: User) -> None:
    hour = shop(ada)
    asked = [QuestionInput("How far are you?", "dropdown", ["An idea", "An app"], is_required=True)]
    save_session_type(session_type=hour, parts=SessionTypeParts(durations={60: None}, questions=asked), by=ada)
    client.force_login(cleo)
    details = choose(client, hour)
    name = f"question_{hour.questions.get().pk}"

    assert "Answer “How far are you?”." in words(go_on(client, details))
    review = go_on(client, details, **{name: "An app"})["Location"]
    seen = client.get(review)
    assert "How far are you?" in words(seen)
    client.post(review, {"key": key_of(seen)})

    assert Booking.objects.get().answers.get().value == "An app"


def test_the_page_of_times_needs_six_queries(
    client: Client, hour: SessionType, cleo: User, django_assert_num_queries: Any
) -> None:
    client.force_login(cleo)
    client.get(page("times", hour))  # the flag is in the cache from now on
    for hours in (0, 3):
        for at in range(hours):
            book(hour, cleo, soon(9 + at))
        with django_assert_num_queries(6):
            client.get(page("times", hour))


# The time picker -------------------------------------------------------------------------------------------


def picker(session_type: SessionType, zone: str = "Europe/Berlin", **asked: str) -> TimePicker:
    return TimePicker(session_type, offer_of(session_type.builder_id), asked, zone=zone, now=clock.now(), holder="")


def test_days_are_in_the_time_zone_of_the_viewer(ada: User) -> None:
    rates(ada)
    open_hours(ada, [(day, 22 * 60, 24 * 60) for day in range(7)])
    late = offer(ada)

    at_home, far = picker(late), picker(late, zone="Pacific/Auckland")

    assert far.day is not None
    assert at_home.day is not None
    assert all(time.start.hour in (22, 23) for time in at_home.times)
    assert {time.start.astimezone(UTC).hour for time in far.times} == {time.start.astimezone(UTC).hour for time in at_home.times}  # fmt: skip
    assert far.times[0].start.tzinfo == ZoneInfo("Pacific/Auckland")


def test_an_empty_month_is_skipped_to_the_next_free_day(ada: User) -> None:
    rates(ada)
    far = soon(days=150).date()
    open_hours(ada, [], week={"exceptions": {far: [(540, 720)]}})

    month_picker = picker(offer(ada))

    assert month_picker.day == far
    assert month_picker.month == far.replace(day=1)
    assert picker(offer(ada), month=f"{soon():%Y-%m}").next_free == far


def test_a_builder_without_free_times(client: Client, ada: User, cleo: User) -> None:
    rates(ada)
    open_hours(ada, [])
    client.force_login(cleo)

    assert "No later times are open yet" in words(client.get(page("times", offer(ada))))


def test_times_that_occur_twice_are_labelled(ada: User) -> None:
    """In Berlin the clocks go back on 31 October 2027 at three o'clock."""
    rates(ada)
    open_hours(ada, [(6, 0, 6 * 60)], horizon_days=730)
    night = picker(offer(ada, slot_interval=30), day="2027-10-31")

    labels = [(f"{time.start:%H:%M}", time.twice) for time in night.times]

    assert ("02:00", "UTC+2") in labels
    assert ("02:00", "UTC+1") in labels
    assert ("04:00", "") in labels


def any_length(ada: User, **fields: Any) -> SessionType:
    """Saves a session type of one to 24 hours, at 75 an hour or 500 a day of eight hours."""
    rates(ada, allows_custom_duration=True, minimum_duration=60, maximum_duration=1440)
    save_rates(builder=ada, hourly_rate=Decimal(75), day_rate=Decimal(500), day_minutes=480, services=[])
    open_hours(ada)
    values = {"title": "Anything", "default_minutes": 240, "rate_types": ["hourly", "day"], **fields}
    return save_session_type(
        session_type=SessionType(builder=ada, **values), parts=SessionTypeParts(durations={}), by=ada
    )


def test_a_length_has_one_price_whatever_rate_the_address_asks_for(ada: User) -> None:
    rates(ada)
    save_rates(builder=ada, hourly_rate=Decimal(95), day_rate=None, day_minutes=480, services=[])
    open_hours(ada)
    group = offer(ada, price="25", seats=6)

    for rate in ("", "fixed", "hourly", "day"):
        shown = picker(group, rate=rate)
        assert [(length.minutes, length.price.total.amount) for length in shown.lengths] == [(60, Decimal(25))]
        assert (shown.price and shown.price.total.amount, shown.rate_type) == (Decimal(25), "fixed")
        assert shown.units == []


def test_many_lengths_are_chosen_by_the_hour_or_by_the_day(ada: User) -> None:
    anything = any_length(ada)

    by_hour, by_day = picker(anything, rate="hourly", minutes="240"), picker(anything, rate="day", minutes="240")

    assert [kind for kind, _ in by_hour.units] == ["hourly", "day"]
    assert (by_hour.is_slider, by_hour.lengths[0].minutes, by_hour.lengths[-1].minutes) == (True, 60, 1440)
    assert by_hour.price
    assert by_hour.price.total.amount == Decimal(300), "seed 004: four hours at 75"
    assert [(length.minutes, length.price.total.amount) for length in by_day.lengths] == [
        (480, Decimal(500)),
        (960, Decimal(1000)),
        (1440, Decimal(1500)),
    ]
    assert by_day.minutes == 480


@pytest.mark.parametrize(
    ("asked", "minutes"),
    [
        ({"hours": "4"}, 240), ({"hours": "1.5"}, 90), ({"hours": "1,5"}, 90), ({"hours": "2", "minutes": "180"}, 180),
        ({"hours": "30"}, 1440), ({"hours": "0.1"}, 60), ({"minutes": "1"}, 60), ({"hours": "x"}, 240), ({}, 240),
    ],
)  # fmt: skip
def test_a_length_in_hours_is_the_nearest_one_offered(ada: User, asked: dict[str, str], minutes: int) -> None:
    assert picker(any_length(ada), **asked).minutes == minutes


def test_the_first_step_asks_how_many_hours_where_the_client_chooses(client: Client, ada: User, cleo: User) -> None:
    anything = any_length(ada)
    hour = offer(ada)
    client.force_login(cleo)

    first = client.get(reverse("bookings:choose", args=["ada-moreno"]))

    assert f'id="hours-{anything.pk}"' in first.content.decode()
    assert f'id="hours-{hour.pk}"' not in first.content.decode()
    times = client.get(page("times", anything), {"hours": "8"})
    assert "8 h, $500.00 per day" in words(times)


def test_a_session_type_without_a_price_shows_no_times(client: Client, ada: User, cleo: User) -> None:
    open_hours(ada)
    client.force_login(cleo)

    assert "has no price yet" in words(client.get(page("times", offer(ada))))


# With the flag off -------------------------------------------------------------------------------------------


@pytest.fixture
def plain(db: None, settings: Any) -> None:
    settings.CACHES = {"default": {"BACKEND": "django.core.cache.backends.dummy.DummyCache"}}
    FlagFactory.create(name="booking_wizard", everyone=False)


def test_the_plain_page_books_without_the_wizard(plain: None, client: Client, ada: User) -> None:
    free = free_shop(ada)
    assert client.get(page("times", free))["Location"] == f"/book/ada-moreno/?session={free.pk}"
    seen = client.get("/book/ada-moreno/")
    start = next(iter(re.findall(r'<option value="(\d{4}-[^"]+)"', seen.content.decode())))
    form = {"session": f"{free.pk}:30", "start": start, "name": "Gwen", "email": "g@guests.test", "key": key_of(seen)}

    wrong = client.post("/book/ada-moreno/", form | {"email": ""})
    places = [client.post("/book/ada-moreno/", form)["Location"] for _ in range(2)]

    assert wrong.status_code == 422
    assert "Enter your email address." in words(wrong)
    assert places[0] == places[1]
    assert Booking.objects.get().starts_at.isoformat()[:10] == start[:10]


def test_the_plain_page_refuses_a_time_that_was_taken(
    plain: None, client: Client, ada: User, browser_of: Callable[[User | None], Client]
) -> None:
    free = free_shop(ada)
    seen = client.get("/book/ada-moreno/")
    start = next(iter(re.findall(r'<option value="(\d{4}-[^"]+)"', seen.content.decode())))
    form = {"session": f"{free.pk}:30", "start": start, "name": "Gwen", "email": "g@guests.test"}
    client.post("/book/ada-moreno/", form | {"key": key_of(seen)})
    other = browser_of(None)

    late = other.post("/book/ada-moreno/", form | {"key": key_of(other.get("/book/ada-moreno/"))})

    assert late.status_code == 422
    assert "This time has just gone." in words(late)
    assert Booking.objects.count() == 1


def test_own_and_closed_builders_cannot_be_booked(client: Client, hour: SessionType, ada: User, cleo: User) -> None:
    client.force_login(ada)
    assert "You cannot book yourself" in words(client.get("/book/ada-moreno/"))
    assert "You cannot book yourself" in words(client.get(page("times", hour)))
    save_config(builder=ada, config=Config(prices={60: Decimal(90)}, is_active=False))
    client.force_login(cleo)
    assert "is not taking bookings right now" in words(client.get("/book/ada-moreno/"))
    assert client.get("/book/nobody/").status_code == 404


def test_pages_and_api_refuse_the_same_answers_in_the_same_words(client: Client, ada: User, cleo: User) -> None:
    hour = shop(ada)
    asked = [
        QuestionInput("How far are you?", "dropdown", ["An idea", "An app"], is_required=True),
        QuestionInput("I have read it", "checkbox", is_required=True),
        QuestionInput("What for?", "text"),
    ]
    save_session_type(session_type=hour, parts=SessionTypeParts(durations={60: None}, questions=asked), by=ada)
    keys = [str(question.pk) for question in hour.questions.all()]
    client.force_login(cleo)
    details = choose(client, hour)

    wrong = go_on(client, details, **{f"question_{keys[0]}": "A company", f"question_{keys[2]}": "x" * 2001})
    body = {
        "sessionTypeId": str(hour.pk), "scheduledTime": soon().isoformat(),
        "customQuestionResponse": {keys[0]: "A company", keys[2]: "x" * 2001},
    }  # fmt: skip
    fields = error(Caller(cleo).post(CREATE, body))["fields"]

    assert fields == {
        f"customQuestionResponse.{keys[0]}": ["Choose one of the list."],
        f"customQuestionResponse.{keys[1]}": ["Tick “I have read it”."],
        f"customQuestionResponse.{keys[2]}": ["This takes 2000 characters."],
    }
    for (words_of_field,) in fields.values():
        assert words_of_field in words(wrong)
    assert client.get(details.replace("/details/", "/review/")).status_code == 302, "the details come first"
