"""Sessions in person, at the builder's address or at the client's."""

from __future__ import annotations

import re
from collections.abc import Callable
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from django.test import Client

from accounts.models import BuilderProfile, User
from accounts.personal_data import erasure
from bookings.agreement import services
from bookings.agreement.calendar_entries import calendar_file
from bookings.meetings.places import miles_between
from bookings.models import Booking, Draft
from bookings.states import Side
from bookings.times import When
from coaching.models import SessionType
from core.errors import Refused
from core.personal import exported
from tests.bookings.cast import book, builder_of, client_of, confirmed
from tests.bookings.meetings.cast import HOME, STREET, STUDIO, details_of, in_person
from tests.bookings.wire import CREATE, Caller, at, error
from tests.bookings.wizard.steps import choose, go_on
from tests.emails import delivered, text_of, to
from tests.reading import visible_text
from tests.scheduling.cast import soon

pytestmark = pytest.mark.django_db


@pytest.fixture
def visit(hour: SessionType) -> SessionType:
    """Returns a session type at the client's address, within 30 miles of Berlin."""
    return in_person(hour, "client", travel_miles=30)


def visited(visit: SessionType, cleo: User) -> Booking:
    return book(visit, cleo, is_remote=False, location=HOME)


# Where it takes place -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("whose", "fields", "expected"),
    [
        ("builder", {}, (STUDIO, "builder")),
        ("builder", {"in_person_at": "builder"}, (STUDIO, "builder")),
        ("client", {"location": HOME}, (HOME, "client")),
        ("either", {}, (STUDIO, "builder")),
        ("either", {"in_person_at": "builder"}, (STUDIO, "builder")),
        ("either", {"in_person_at": "client", "location": HOME}, (HOME, "client")),
        ("either", {"location": HOME}, (HOME, "client")),
    ],
)
def test_the_session_type_and_the_client_decide_where_it_is(
    whose: str, fields: dict[str, Any], expected: tuple[str, str], hour: SessionType, cleo: User
) -> None:
    booking = book(in_person(hour, whose), cleo, is_remote=False, **fields)
    assert (booking.location, booking.in_person_at) == expected


@pytest.mark.parametrize(
    ("whose", "fields", "field"),
    [
        ("client", {}, "location"),
        ("either", {"in_person_at": "client"}, "location"),
        ("client", {"in_person_at": "builder", "location": HOME}, "in_person_at"),
        ("builder", {"in_person_at": "client", "location": HOME}, "in_person_at"),
        ("client", {"location": HOME, "is_remote": True}, "is_remote"),
    ],
)
def test_a_place_that_is_not_offered_is_refused(
    whose: str, fields: dict[str, Any], field: str, hour: SessionType, cleo: User
) -> None:
    with pytest.raises(Refused) as refused:
        book(in_person(hour, whose), cleo, **{"is_remote": False, **fields})
    assert refused.value.fields is not None
    assert list(refused.value.fields) == [field]


@pytest.mark.parametrize(
    "address", [HOME, "Am Neuen Palais 10, 14469 Potsdam", "Kantstraße 148, 10623 Berlin, Germany"]
)
def test_an_address_within_the_radius_is_accepted(address: str, visit: SessionType, cleo: User) -> None:
    assert book(visit, cleo, is_remote=False, location=address).location == address


@pytest.mark.parametrize(
    ("address", "sentence"),
    [
        ("Reeperbahn 1, Hamburg", "Ada Moreno travels up to 30 miles from Berlin. Hamburg is about 15"),
        ("Somewhere over the rainbow", "Enter a street and then a town that we know"),
        ("Kantstraße 148, Nowhereville", "Enter a street and then a town that we know"),
    ],
)
def test_an_address_outside_of_the_radius_is_refused_in_words(
    address: str, sentence: str, visit: SessionType, cleo: User
) -> None:
    with pytest.raises(Refused) as refused:
        book(visit, cleo, is_remote=False, location=address)
    assert refused.value.fields is not None
    assert refused.value.fields["location"][0].startswith(sentence)


def test_without_a_radius_any_address_is_accepted(hour: SessionType, cleo: User) -> None:
    visit = in_person(hour, "client")
    assert book(visit, cleo, is_remote=False, location="The blue boat, third pier").in_person_at == "client"


def test_distances_are_those_along_the_surface() -> None:
    berlin, hamburg, sydney = (52.52, 13.41), (53.55, 9.99), (-33.87, 151.21)
    assert round(miles_between(berlin, hamburg)) == 159
    assert round(miles_between(berlin, sydney), -1) == 10000
    assert miles_between(berlin, berlin) < 0.001


# The wizard ---------------------------------------------------------------------------------------------


def test_the_wizard_asks_for_the_address_of_the_client(cleos: Client, visit: SessionType, cleo: User) -> None:
    page = cleos.get(details_of(visit))
    assert "Street and number" in visible_text(page)
    answer = cleos.post(details_of(visit), {"street": "", "town": ""})
    assert "Enter the street and number." in visible_text(answer)
    assert "Enter your town." in visible_text(answer)


def test_the_wizard_says_that_a_town_is_too_far(cleos: Client, visit: SessionType) -> None:
    answer = cleos.post(details_of(visit), {"street": "Reeperbahn 1", "town": "Hamburg"})
    assert answer.status_code == 422
    assert "Ada Moreno travels up to 30 miles from Berlin. Hamburg is about 15" in visible_text(answer)


def test_a_client_books_a_session_at_their_own_address(cleos: Client, visit: SessionType, cleo: User) -> None:
    answer = cleos.post(details_of(visit), {"street": STREET, "town": "Berlin"}, follow=True)
    assert HOME in visible_text(answer).replace("Berlin, Berlin, Germany", "Berlin, Germany")
    draft = Draft.objects.get()
    price = answer.context["priced"].price.total.on_the_wire()
    review = details_of(visit).replace("/details/", "/review/")
    assert cleos.post(review, {"key": str(draft.form_key), "price": price}).status_code == 302
    booking = Booking.objects.get()
    assert booking.in_person_at == "client"
    assert booking.location.startswith(f"{STREET}, Berlin")
    assert not booking.is_remote


def test_the_client_chooses_between_large_choices(cleos: Client, hour: SessionType) -> None:
    session_type = in_person(hour, "either", is_remote=True)
    page = cleos.get(details_of(session_type))
    html = page.content.decode()
    assert [f'value="{value}"' in html for value in ("remote", "in_person", "client")] == [True, True, True]
    assert "At your place, Ada Moreno comes to you" in visible_text(page)
    assert cleos.post(details_of(session_type), {"place": "remote"}).status_code == 302
    assert cleos.post(details_of(session_type), {"place": "in_person"}).status_code == 302
    assert cleos.post(details_of(session_type), {"place": "client"}).status_code == 422


# Who reads the address ----------------------------------------------------------------------------------


def test_both_sides_read_the_address_with_a_link_to_a_map_and_support_does_not(
    visit: SessionType, cleo: User, suri: User, browser_of: Callable[[User | None], Client]
) -> None:
    booking = visited(visit, cleo)
    url = booking.get_absolute_url()
    for person, title in ((cleo, "At your place"), (visit.builder, "At Cleo Park’s place")):
        page = browser_of(person).get(url)
        assert title in visible_text(page)
        assert STREET in visible_text(page)
        assert 'href="geo:0,0?q=Kantstra%C3%9Fe%20148' in page.content.decode()
    page = browser_of(suri).get(url)
    assert page.status_code == 200
    assert "Kantstra" not in page.content.decode()


def test_the_builder_no_longer_reads_the_address_of_a_cancelled_booking(
    visit: SessionType, cleo: User, browser_of: Callable[[User | None], Client]
) -> None:
    booking = visited(visit, cleo)
    services.cancel(booking=booking, by=client_of(booking))
    url = booking.get_absolute_url()
    assert STREET in visible_text(browser_of(cleo).get(url))
    assert STREET not in visible_text(browser_of(visit.builder).get(url))


def test_mails_and_calendar_entries_have_the_address(visit: SessionType, cleo: User, mail_folder: Path) -> None:
    booking = visited(visit, cleo)
    booking = services.confirm(booking=booking, by=builder_of(booking))
    mails = delivered(mail_folder)
    assert f"Where: At your place: {HOME}" in text_of(to(mails, cleo.email)[-1])
    assert f"Where: At Cleo Park's place: {HOME}" in text_of(to(mails, visit.builder.email)[-1])
    entry = calendar_file(booking, Side.BUILDER, booking.get_absolute_url()).replace("\r\n ", "")
    assert f"LOCATION:{HOME}".replace(",", "\\,") in entry


def test_the_api_says_whose_address_it_is(visit: SessionType, cleo: User, suri: User) -> None:
    booking = visited(visit, cleo)
    answers = [Caller(person).send("GET", f"/api/bookings/{booking.pk}").json()["booking"] for person in (cleo, visit.builder, suri)]  # fmt: skip
    assert [(answer["location"], answer["inPersonAt"]) for answer in answers] == [
        (HOME, "client"),
        (HOME, "client"),
        (None, "client"),
    ]


def test_the_api_books_at_the_clients_address(visit: SessionType, cleo: User) -> None:
    body = {"sessionTypeId": str(visit.pk), "scheduledTime": at(10)}
    refused = Caller(cleo).post(CREATE, body)
    assert refused.status_code == 422
    assert "location" in error(refused)["fields"]
    far = Caller(cleo).post(CREATE, body | {"location": "Reeperbahn 1, Hamburg"})
    assert "travels up to 30 miles" in error(far)["fields"]["location"][0]
    answer = Caller(cleo).post(CREATE, body | {"location": HOME, "inPersonAt": "client"})
    assert answer.status_code == 201
    assert (answer.json()["booking"]["location"], answer.json()["booking"]["inPersonAt"]) == (HOME, "client")


def test_session_types_say_where_they_can_be(visit: SessionType, cleo: User) -> None:
    answer = Caller(cleo).send("GET", f"/api/scheduling/sessions/available?builderId={visit.builder_id}").json()
    assert [session["inPersonAt"] for session in answer["sessions"]] == ["client"]


def test_a_remote_booking_is_at_nobodys_address(hour: SessionType, cleo: User) -> None:
    booking = confirmed(hour, cleo)
    answer = Caller(cleo).send("GET", f"/api/bookings/{booking.pk}").json()["booking"]
    assert (answer["location"], answer["inPersonAt"]) == (None, None)


# Personal data ------------------------------------------------------------------------------------------


def downloaded(person: User, field: str) -> list[Any]:
    return [row[field] for part in exported(person) if part.name == "bookings" for row in part.rows]


def test_a_builder_does_not_download_the_address_of_a_client_who_cancelled(visit: SessionType, cleo: User) -> None:
    booking = visited(visit, cleo)
    assert downloaded(visit.builder, "location") == [HOME]

    services.cancel(booking=booking, by=client_of(booking))

    assert downloaded(visit.builder, "location") == [""]
    assert downloaded(cleo, "location") == [HOME]


def test_a_client_does_not_download_a_link_before_the_booking_is_confirmed(hour: SessionType, cleo: User) -> None:
    booking = book(hour, cleo)
    Booking.objects.filter(pk=booking.pk).update(meeting_url="https://meet.example.com/ada")

    assert downloaded(cleo, "meeting_url") == [""]
    assert downloaded(hour.builder, "meeting_url") == ["https://meet.example.com/ada"]


def test_the_address_is_downloaded_and_erased(visit: SessionType, cleo: User) -> None:
    booking = visited(visit, cleo)
    rows = [row for part in exported(cleo) if part.name == "bookings" for row in part.rows]
    assert [(row["location"], row["in_person_at"]) for row in rows] == [(HOME, "client")]
    erasure.erase(user=cleo)
    booking.refresh_from_db()
    assert booking.location == ""


def test_the_link_of_a_builder_who_leaves_is_erased(hour: SessionType, cleo: User) -> None:
    booking = confirmed(hour, cleo)
    Booking.objects.filter(pk=booking.pk).update(meeting_url="https://meet.example.com/ada")
    BuilderProfile.objects.update(meeting_url="https://meet.example.com/ada", phone="+49 30 1234567")
    SessionType.objects.update(meeting_url="https://meet.example.com/ada")
    erasure.erase(user=hour.builder)
    booking.refresh_from_db()
    profile = BuilderProfile.objects.get(user=hour.builder)
    assert (booking.meeting_url, profile.meeting_url, profile.phone) == ("", "", "")
    assert SessionType.objects.get(pk=hour.pk).meeting_url == ""


# The builder's form -------------------------------------------------------------------------------------


def test_a_builder_who_comes_to_clients_needs_no_address_but_a_town_for_a_radius(
    adas: Client, hour: SessionType
) -> None:
    page = f"/dashboard/offers/{hour.pk}/"
    fields = {
        "title": "Visit", "category": "SPECIALIZED", "default_minutes": "60", "rate_types": "fixed", "seats": "1",
        "is_in_person": "on", "in_person_at": "client", "travel_miles": "30", "colour": "pine",
        "prices-TOTAL_FORMS": "1", "prices-INITIAL_FORMS": "0", "prices-0-minutes": "60", "prices-0-price": "90",
        "tiers-TOTAL_FORMS": "0", "tiers-INITIAL_FORMS": "0", "questions-TOTAL_FORMS": "0", "questions-INITIAL_FORMS": "0",
    }  # fmt: skip
    assert "enter your town on your account page" in visible_text(adas.post(page, fields))
    BuilderProfile.objects.update(latitude=Decimal("52.52"), longitude=Decimal("13.41"))
    assert adas.post(page, fields).status_code == 302
    hour.refresh_from_db()
    assert (hour.in_person_at, hour.travel_miles, hour.address) == ("client", 30, "")
    assert "Enter where you meet." in visible_text(adas.post(page, fields | {"in_person_at": "either"}))


# When it takes place -------------------------------------------------------------------------------------


def test_the_time_at_the_place_leads_and_the_viewers_own_stands_beside_it(
    hour: SessionType, cleo: User, client: Client
) -> None:
    studio = in_person(hour, "builder")
    client.force_login(cleo)
    review = visible_text(client.get(go_on(client, choose(client, studio, soon(10)))["Location"]))

    assert review.index("10:00–11:00 Berlin time") < review.index("09:00–10:00 (London time, UTC) for you")
    assert review.count("Where") == 1
    assert "Change the place" not in review, "there is one place only"

    booking = confirmed(studio, cleo, soon(12), is_remote=False)
    page = visible_text(client.get(booking.get_absolute_url()))
    assert page.index("12:00–13:00 Berlin time") < page.index("11:00–12:00 (London time, UTC) for you")


def test_the_place_can_be_changed_if_there_are_several(hour: SessionType, cleo: User, client: Client) -> None:
    either = in_person(hour, "builder", is_remote=True)
    client.force_login(cleo)

    review = visible_text(client.get(go_on(client, choose(client, either), place="remote")["Location"]))

    assert "Change the place" in review


def test_mails_lead_with_the_time_at_the_place(hour: SessionType, cleo: User, mail_folder: Path) -> None:
    confirmed(in_person(hour, "builder"), cleo, soon(10), is_remote=False)
    mails = delivered(mail_folder)

    hers, adas = text_of(to(mails, cleo.email)[-1]), text_of(to(mails, hour.builder.email)[-1])
    assert re.search(r"When: .*Berlin time.*\nIn your time zone: .*London time", hers)
    assert re.search(r"When: .*Berlin time", adas)
    assert "Europe/London" not in adas, "nobody has to convert the time of a place where both are"
    at = When(soon(10), soon(11), "Europe/Berlin")
    assert to(mails, cleo.email)[-1]["Subject"].endswith(at.short)


def test_mails_about_a_remote_session_lead_with_the_readers_time(
    hour: SessionType, cleo: User, mail_folder: Path
) -> None:
    confirmed(hour, cleo, soon(10))

    hers = text_of(to(delivered(mail_folder), cleo.email)[-1])

    assert re.search(r"When: .*London time.*\nFor Ada Moreno: .*Berlin time", hers)


def test_mails_about_a_visit_lead_with_the_time_of_the_clients_town(
    visit: SessionType, cleo: User, mail_folder: Path
) -> None:
    visited(visit, cleo)

    hers = text_of(to(delivered(mail_folder), cleo.email)[-1])

    assert re.search(r"When: .*Berlin time.*\nIn your time zone: .*London time", hers)
