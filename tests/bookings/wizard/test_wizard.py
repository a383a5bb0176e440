"""Booking through the pages, as a browser without JavaScript does."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from html import escape
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

import pytest
from django.test import Client
from django.urls import reverse

from accounts.models import User
from bookings.models import Booking, Draft
from coaching.models import SessionType
from coaching.services import Config, QuestionInput, SessionTypeParts, save_config, save_session_type
from core import clock
from scheduling.models import Reservation, Seat
from tests.bookings.cast import book, free_shop, shop
from tests.bookings.wire import CREATE, Caller, at, error
from tests.bookings.wizard.steps import choose, go_on, key_of, page
from tests.cast import make_person
from tests.reading import visible_text
from tests.scheduling.cast import live, soon

pytestmark = pytest.mark.django_db


def query(address: str) -> dict[str, list[str]]:
    return parse_qs(urlsplit(address).query)


def test_booking_in_four_steps(client: Client, hour: SessionType, cleo: User) -> None:
    client.force_login(cleo)
    assert "Choose a time" in visible_text(client.get("/book/ada-moreno/"))
    assert "10:00" in visible_text(
        client.get(page("times", hour), {"zone": "Europe/Berlin", "day": f"{soon():%Y-%m-%d}"})
    )

    details = choose(client, hour)
    assert live() == 1
    assert "Held for you for" in visible_text(client.get(details))
    review = go_on(client, details, notes="See you there.")["Location"]
    seen = client.get(review)
    assert "See you there." in visible_text(seen)
    assert "$90.00" in visible_text(seen)
    assert "free of charge" in visible_text(seen)
    booked = client.post(review, {"key": key_of(seen)})

    booking = Booking.objects.get()
    assert booked["Location"] == reverse("bookings:booked", args=[booking.reference])
    assert (booking.client, booking.notes, booking.timezone) == (cleo, "See you there.", "Europe/London")
    assert live() == 1
    assert not Draft.objects.exists()
    assert booking.reference in visible_text(client.get(booked["Location"]))


def test_a_guest_books_without_an_account(client: Client, ada: User) -> None:
    free = free_shop(ada)
    details = choose(client, free)
    wrong = go_on(client, details, name="", email="nobody")
    assert wrong.status_code == 422
    assert "Enter your name." in visible_text(wrong)
    assert "Enter an email address like" in visible_text(wrong)
    assert 'value="nobody"' in wrong.content.decode(), "what was typed is kept"

    review = go_on(client, details, name="Gwen", email="Gwen@Guests.test")["Location"]
    booked = client.post(review, {"key": key_of(client.get(review))})["Location"]

    booking = Booking.objects.get()
    assert booking.guest is not None
    assert (booking.client, booking.guest.email, booking.state) == (None, "gwen@guests.test", "CONFIRMED")
    assert booking.reference in visible_text(client.get(booked))
    assert booking.reference in visible_text(Client().get(booked)), "the link is the key, not the browser"
    assert not User.objects.filter(email="gwen@guests.test").exists()


def test_strangers_see_the_times_of_a_paid_session_and_sign_in_to_book_one(client: Client, hour: SessionType) -> None:
    assert "Choose a time" in visible_text(client.get("/book/ada-moreno/"))
    times = client.get(page("times", hour), {"zone": "Europe/Berlin", "day": f"{soon():%Y-%m-%d}"})
    assert "10:00" in visible_text(times)
    assert "Choose a time, then sign in or create an account to book it." in visible_text(times)
    for name in ("details", "review"):
        assert client.get(page(name, hour))["Location"].startswith("/account/signup/?next=/book/ada-moreno/")
    assert live() == 0


def test_signing_in_leads_back_to_exactly_the_time_that_was_chosen(
    client: Client, hour: SessionType, cleo: User
) -> None:
    chosen = {"start": soon(12).isoformat(), "minutes": "60", "zone": "Europe/Berlin"}

    sign_up = client.post(page("hold", hour), chosen)["Location"]

    assert urlsplit(sign_up).path == "/account/signup/"
    back = query(sign_up)["next"][0]
    assert urlsplit(back).path == page("details", hour)
    assert "brings you back to the time you chose" in visible_text(client.get(sign_up))
    sign_in = f"/account/login/?{urlencode({'next': back})}"
    assert f'href="{escape(sign_in)}"' in client.get(sign_up).content.decode()
    assert "Sign in to book the time you chose." in visible_text(client.get(sign_in))
    assert query(back) == {name: [value] for name, value in chosen.items()}
    assert live() == 0, "nobody can take a paid time without an account"
    client.force_login(cleo)
    details = client.get(back)
    assert "12:00–13:00" in visible_text(details)
    assert "Hold this time" in visible_text(details)


def test_a_time_that_cannot_be_read_leads_back_to_the_times(client: Client, hour: SessionType) -> None:
    sign_up = client.post(page("hold", hour), {"start": "soon"})["Location"]

    assert urlsplit(query(sign_up)["next"][0]).path == page("times", hour)


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
    assert "is no longer available" in visible_text(seen)
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

    assert "is no longer available" in visible_text(client.get(back))
    details = choose(client, hour, soon(12))
    assert "A long story." in visible_text(client.get(details))
    assert Booking.objects.count() == 1


def test_an_expired_hold_can_still_be_booked_while_the_time_is_free(
    client: Client, hour: SessionType, cleo: User
) -> None:
    client.force_login(cleo)
    details = choose(client, hour)
    Seat.objects.update(expires_at=clock.now() - timedelta(seconds=1))

    assert "not held for you" in visible_text(client.get(details))
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

    assert "Answer “How far are you?”." in visible_text(go_on(client, details))
    review = go_on(client, details, **{name: "An app"})["Location"]
    seen = client.get(review)
    assert "How far are you?" in visible_text(seen)
    client.post(review, {"key": key_of(seen)})

    assert Booking.objects.get().answers.get().value == "An app"


def test_the_page_of_times_needs_six_queries(
    client: Client, hour: SessionType, cleo: User, django_assert_num_queries: Any
) -> None:
    client.force_login(cleo)
    client.get(page("times", hour))  # the flag is in the cache from now on
    for hours in (0, 3):
        for number in range(hours):
            book(hour, cleo, soon(9 + number))
        with django_assert_num_queries(6):
            client.get(page("times", hour))


def test_own_and_closed_builders_cannot_be_booked(client: Client, hour: SessionType, ada: User, cleo: User) -> None:
    client.force_login(ada)
    assert "You cannot book yourself" in visible_text(client.get("/book/ada-moreno/"))
    assert "You cannot book yourself" in visible_text(client.get(page("times", hour)))
    save_config(builder=ada, config=Config(prices={60: Decimal(90)}, is_active=False))
    client.force_login(cleo)
    assert "is not taking bookings right now" in visible_text(client.get("/book/ada-moreno/"))
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
        f"customQuestionResponse.{keys[0]}": ["Choose from the list."],
        f"customQuestionResponse.{keys[1]}": ["Tick “I have read it”."],
        f"customQuestionResponse.{keys[2]}": ["This can have at most 2000 characters."],
    }
    for (words_of_field,) in fields.values():
        assert words_of_field in visible_text(wrong)
    assert client.get(details.replace("/details/", "/review/")).status_code == 302, "the details come first"


@pytest.mark.parametrize(
    ("field", "typed", "sentence"),
    [
        ("name", "", "Enter your name."),
        ("name", "Gwen " + "x" * 80, "This can have at most 80 characters."),
        ("name", "Gwen of example.com", "Enter a name without web addresses, links or email addresses."),
        ("email", "", "Enter your email address."),
        ("email", "gwen", "Enter an email address like name@example.com."),
        ("email", "x" * 250 + "@guests.test", "This can have at most 254 characters."),
    ],
)
def test_pages_and_api_refuse_the_same_guests_in_the_same_words(
    client: Client, ada: User, field: str, typed: str, sentence: str
) -> None:
    free = free_shop(ada)
    guest = {"name": "Gwen", "email": "gwen@guests.test"} | {field: typed}

    page_with_error = go_on(client, choose(client, free), **guest)
    answer = Caller(None).post(CREATE, {"sessionTypeId": str(free.pk), "scheduledTime": at(), "guest": guest})

    assert page_with_error.status_code == 422, "the details are asked for again"
    assert sentence in visible_text(page_with_error)
    assert answer.status_code == 422
    assert [sentence in message for message in error(answer)["fields"][f"guest.{field}"]] == [True]
    assert not Booking.objects.exists()
