"""The link of a remote session: which one applies, who reads it, and from when one can join."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from accounts.models import BuilderProfile, User
from bookings.agreement import services
from bookings.agreement.signed_links import Purpose, path_for
from bookings.agreement.transitions import SYSTEM
from bookings.meetings.rules import join_link, link_for, link_of, seconds_to_join
from bookings.meetings.services import set_link
from bookings.models import Booking
from bookings.states import Side, State
from coaching.models import SessionType
from core import clock
from core.errors import Refusal, Refused
from tests.bookings.cast import book, book_as_guest, builder_of, client_of, confirmed, free_shop
from tests.bookings.meetings.cast import OTHER_ROOM, ROOM, begin_in, loaded, set_standing_link
from tests.bookings.wire import Caller, error
from tests.reading import visible_text

pytestmark = pytest.mark.django_db
BOTH = (Side.CLIENT, Side.BUILDER)


# Which link applies -------------------------------------------------------------------------------------


def test_the_link_of_the_booking_comes_before_those_of_the_session_type_and_the_builder(
    hour: SessionType, cleo: User
) -> None:
    booking = confirmed(hour, cleo)
    assert link_of(loaded(booking)) == ""
    set_standing_link(hour.builder, ROOM)
    assert link_of(loaded(booking)) == ROOM
    SessionType.objects.update(meeting_url="https://meet.example.com/kind")
    assert link_of(loaded(booking)) == "https://meet.example.com/kind"
    set_link(booking=booking, url=OTHER_ROOM, by=builder_of(booking))
    assert link_of(loaded(booking)) == OTHER_ROOM


def test_a_session_ahead_follows_a_new_standing_link_and_one_that_has_begun_keeps_its_own(
    hour: SessionType, cleo: User
) -> None:
    set_standing_link(hour.builder, ROOM)
    booking = begin_in(confirmed(hour, cleo), -1)
    services.start(booking=booking, by=SYSTEM)
    set_standing_link(hour.builder, OTHER_ROOM)

    assert link_of(loaded(booking)) == ROOM
    ended = services.complete(booking=booking, by=builder_of(booking))
    assert link_of(loaded(ended)) == ROOM


def test_a_typed_link_stays_when_the_standing_link_changes(hour: SessionType, cleo: User) -> None:
    booking = confirmed(hour, cleo)
    set_link(booking=booking, url=OTHER_ROOM, by=builder_of(booking))
    set_standing_link(hour.builder, ROOM)
    assert link_of(loaded(booking)) == OTHER_ROOM


def test_removing_the_typed_link_brings_the_standing_link_back(hour: SessionType, cleo: User) -> None:
    set_standing_link(hour.builder, ROOM)
    booking = confirmed(hour, cleo)
    set_link(booking=booking, url=OTHER_ROOM, by=builder_of(booking))
    set_link(booking=booking, url="", by=builder_of(booking))
    assert link_of(loaded(booking)) == ROOM


def test_removing_the_typed_link_brings_the_standing_link_back_during_the_session_too(
    hour: SessionType, cleo: User
) -> None:
    set_standing_link(hour.builder, ROOM)
    booking = confirmed(hour, cleo)
    set_link(booking=booking, url=OTHER_ROOM, by=builder_of(booking))
    services.start(booking=begin_in(booking, -1), by=SYSTEM)
    set_link(booking=booking, url="", by=builder_of(booking))
    assert link_of(loaded(booking)) == ROOM


def test_a_session_in_person_has_no_link(hour: SessionType, cleo: User) -> None:
    set_standing_link(hour.builder)
    SessionType.objects.update(is_in_person=True, address="Oranienstraße 24, Berlin")
    booking = confirmed(hour, cleo, is_remote=False)
    assert link_of(loaded(booking)) == ""
    with pytest.raises(Refused, match="in person"):
        set_link(booking=booking, url=ROOM, by=builder_of(booking))


# Who reads it -------------------------------------------------------------------------------------------


@pytest.mark.parametrize("state", [State.CONFIRMED, State.IN_PROGRESS, State.COMPLETED, State.DISPUTED])
def test_both_sides_read_the_link_of_an_agreed_booking_and_support_does_not(
    state: State, hour: SessionType, cleo: User
) -> None:
    booking = confirmed(hour, cleo)
    booking.meeting_url, booking.state = ROOM, state
    assert [link_for(booking, {side}) for side in Side] == [ROOM, ROOM, "", ""]


def test_the_client_reads_the_link_only_once_the_booking_is_confirmed(hour: SessionType, cleo: User) -> None:
    set_standing_link(hour.builder)
    booking = loaded(book(hour, cleo))
    assert [link_for(booking, {side}) for side in BOTH] == ["", ROOM]
    gone = services.cancel(booking=booking, by=client_of(booking))
    assert [link_for(loaded(gone), {side}) for side in BOTH] == ["", ""]


def test_the_page_of_a_request_says_that_the_link_comes_with_the_confirmation(
    cleos: Client, hour: SessionType, cleo: User
) -> None:
    set_standing_link(hour.builder)
    page = cleos.get(book(hour, cleo).get_absolute_url())
    assert ROOM not in page.content.decode()
    assert "You see the link here once the session is confirmed." in visible_text(page)


def test_the_page_shows_the_link_to_both_sides_and_not_to_support(
    hour: SessionType, cleo: User, suri: User, browser_of: Callable[[User | None], Client]
) -> None:
    set_standing_link(hour.builder)
    url = confirmed(hour, cleo).get_absolute_url()
    pages = {person.display_name: browser_of(person).get(url) for person in (cleo, hour.builder, suri)}
    assert {name: ROOM in page.content.decode() for name, page in pages.items()} == {
        "Cleo Park": True,
        "Ada Moreno": True,
        "Suri Support": False,
    }
    assert pages["Suri Support"].status_code == 200


def test_without_a_link_the_client_reads_that_it_is_coming(
    cleos: Client, hour: SessionType, cleo: User, browser_of: Callable[[User | None], Client]
) -> None:
    url = confirmed(hour, cleo).get_absolute_url()
    assert "The link is coming." in visible_text(cleos.get(url))
    assert "There is no link yet." in visible_text(browser_of(hour.builder).get(url))


def test_a_guest_reads_the_link_on_the_page_to_manage_the_booking(client: Client, ada: User) -> None:
    set_standing_link(ada)
    booking = book_as_guest(free_shop(ada))
    for purpose, page in ((Purpose.MANAGE, "guest_booking"), (Purpose.MANAGE, "guest_booked")):
        assert ROOM in client.get(path_for(booking, purpose, page)).content.decode()


@pytest.mark.parametrize("address", ["/builders/ada-moreno/", "/builders/", "/book/ada-moreno/"])
def test_public_pages_do_not_show_the_links(address: str, client: Client, hour: SessionType) -> None:
    set_standing_link(hour.builder)
    SessionType.objects.update(meeting_url=OTHER_ROOM)
    page = client.get(address)
    assert page.status_code == 200
    assert "meet.example.com" not in page.content.decode()


@pytest.mark.parametrize(
    "address",
    [
        "/api/marketplace/builders",
        "/api/marketplace/builders/{pk}",
        "/api/scheduling/sessions/available?builderId={pk}",
        "/api/coach/config?coachId={pk}",
    ],
)
def test_public_answers_of_the_api_do_not_hold_the_links(address: str, hour: SessionType, cleo: User) -> None:
    set_standing_link(hour.builder)
    SessionType.objects.update(meeting_url=OTHER_ROOM)
    answer = Caller(cleo).send("GET", address.format(pk=hour.builder_id))
    assert answer.status_code == 200
    assert "meet.example.com" not in answer.content.decode()


# Joining ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("minutes", "is_shown"), [(60, False), (15.2, False), (14.8, True), (0, True), (-59.8, True), (-60.1, False)]
)
def test_the_button_to_join_is_there_from_15_minutes_before_until_the_end(
    minutes: float, is_shown: bool, hour: SessionType, cleo: User
) -> None:
    set_standing_link(hour.builder)
    booking = begin_in(confirmed(hour, cleo), minutes)
    assert [bool(join_link(booking, side, clock.now())) for side in BOTH] == [is_shown, is_shown]


def test_the_button_is_on_the_page_in_the_list_and_on_the_dashboard(
    hour: SessionType, cleo: User, browser_of: Callable[[User | None], Client]
) -> None:
    set_standing_link(hour.builder)
    booking = begin_in(confirmed(hour, cleo), 10)
    page = booking.get_absolute_url()
    shown = [(cleo, page), (cleo, "/bookings/"), (hour.builder, page), (hour.builder, "/dashboard/bookings/"), (hour.builder, "/dashboard/")]  # fmt: skip
    for person, address in shown:
        html = browser_of(person).get(address).content.decode()
        assert f'href="{ROOM}"' in html, address

    begin_in(booking, 30)
    assert "Join now" not in visible_text(browser_of(cleo).get(page))
    assert ROOM not in browser_of(cleo).get("/bookings/").content.decode()


def test_the_page_loads_itself_again_when_the_button_is_due(cleos: Client, hour: SessionType, cleo: User) -> None:
    booking = begin_in(confirmed(hour, cleo), 16)
    seconds = seconds_to_join(booking, clock.now())
    assert seconds is not None
    assert 50 < seconds <= 61
    assert "load delay:" in cleos.get(booking.get_absolute_url()).content.decode()
    cleos.force_login(hour.builder)
    assert "load delay:" in cleos.get("/dashboard/").content.decode()
    assert seconds_to_join(begin_in(booking, 10), clock.now()) is None


# Setting it ---------------------------------------------------------------------------------------------


def test_the_builder_sets_a_link_on_the_page_of_the_booking(adas: Client, hour: SessionType, cleo: User) -> None:
    booking = confirmed(hour, cleo)
    page = reverse("bookings:link", args=[booking.reference])
    assert page in adas.get(booking.get_absolute_url()).content.decode()
    assert "https://" in visible_text(adas.post(page, {"link": "http://meet.example.com"}))
    assert loaded(booking).meeting_url == ""
    assert adas.post(page, {"link": "meet.example.com/ada"}).status_code == 302
    assert loaded(booking).meeting_url == ROOM


def test_only_the_builder_of_the_booking_can_set_its_link(
    hour: SessionType, cleo: User, suri: User, browser_of: Callable[[User | None], Client]
) -> None:
    booking = confirmed(hour, cleo)
    page = reverse("bookings:link", args=[booking.reference])
    for person in (cleo, suri):
        assert browser_of(person).post(page, {"link": ROOM}).status_code == 404
    with pytest.raises(Refused) as refused:
        set_link(booking=booking, url=ROOM, by=client_of(booking))
    assert refused.value.refusal == Refusal.FORBIDDEN
    assert loaded(booking).meeting_url == ""


def test_the_link_of_an_ended_session_stays(adas: Client, hour: SessionType, cleo: User) -> None:
    booking = begin_in(confirmed(hour, cleo), -61)
    page = reverse("bookings:link", args=[booking.reference])
    assert "until the session ends" in visible_text(adas.post(page, {"link": ROOM}, follow=True))
    assert loaded(booking).meeting_url == ""


def test_the_builder_sets_the_standing_link_and_how_to_be_reached(adas: Client, ada: User) -> None:
    fields = {"meeting_url": "meet.example.com/ada", "phone": "+49 30 1234567", "shows_email": "on"}
    assert adas.post("/dashboard/offers/meetings/", fields).status_code == 302
    profile = BuilderProfile.objects.get(user=ada)
    assert (profile.meeting_url, profile.phone, profile.shows_email) == (ROOM, "+49 30 1234567", True)
    assert "Enter a phone number" in visible_text(adas.post("/dashboard/offers/meetings/", {"phone": "call me"}))


def test_a_refused_link_says_so_beside_its_field(adas: Client, ada: User) -> None:
    answer = adas.post("/dashboard/offers/meetings/", {"meeting_url": "https://localhost/"})
    assert answer.status_code == 422
    assert "Enter a link with the name of a site" in visible_text(answer)
    assert BuilderProfile.objects.get(user=ada).meeting_url == ""


# Reaching the other side --------------------------------------------------------------------------------


def test_clients_of_confirmed_sessions_read_what_the_builder_shows(
    cleos: Client, hour: SessionType, cleo: User
) -> None:
    booking = book(hour, cleo)
    BuilderProfile.objects.filter(user=hour.builder).update(phone="+49 30 1234567", shows_email=True)
    url, email = booking.get_absolute_url(), hour.builder.email
    assert "+49 30 1234567" not in visible_text(cleos.get(url))
    services.confirm(booking=booking, by=builder_of(booking))
    assert "+49 30 1234567" in visible_text(cleos.get(url))
    assert email in visible_text(cleos.get(url))
    BuilderProfile.objects.update(phone="", shows_email=False)
    assert email not in visible_text(cleos.get(url))


def test_the_builder_reads_the_address_of_a_guest(adas: Client, ada: User) -> None:
    booking = book_as_guest(free_shop(ada))
    assert "gwen@guests.test" in visible_text(adas.get(booking.get_absolute_url()))


# The flag -----------------------------------------------------------------------------------------------


def test_with_the_flag_off_links_cannot_be_set_and_those_set_are_still_shown(
    adas: Client, hour: SessionType, cleo: User, settings: Any
) -> None:
    booking = confirmed(hour, cleo)
    set_standing_link(hour.builder)
    settings.USE_MEETINGS = False

    assert "Where you meet" not in visible_text(adas.get("/dashboard/offers/"))
    assert adas.get("/dashboard/offers/meetings/").status_code == 404
    assert adas.get(reverse("bookings:link", args=[booking.reference])).status_code == 404
    assert "meeting_url" not in adas.get("/dashboard/offers/new/").content.decode()
    caller = Caller(hour.builder)
    assert caller.send("PATCH", f"/api/bookings/{booking.pk}", {"joinUrl": OTHER_ROOM}).status_code == 422
    assert caller.send("PATCH", "/api/coach", {"meetingUrl": OTHER_ROOM}).status_code == 422
    page = adas.get(booking.get_absolute_url()).content.decode()
    assert ROOM in page
    assert "Use another link" not in page


# The API ------------------------------------------------------------------------------------------------


def test_the_api_shows_the_link_to_both_sides_once_the_booking_is_confirmed(
    hour: SessionType, cleo: User, suri: User
) -> None:
    set_standing_link(hour.builder)
    booking = book(hour, cleo)
    address = f"/api/bookings/{booking.pk}"
    assert Caller(cleo).send("GET", address).json()["booking"]["joinUrl"] is None
    services.confirm(booking=booking, by=builder_of(booking))
    readers = {person.display_name: Caller(person).send("GET", address).json() for person in (cleo, hour.builder, suri)}
    assert {name: answer["booking"]["joinUrl"] for name, answer in readers.items()} == {
        "Cleo Park": ROOM,
        "Ada Moreno": ROOM,
        "Suri Support": None,
    }
    listed = Caller(cleo).send("GET", "/api/bookings/my-bookings").json()["bookings"][0]
    assert listed["joinUrl"] == ROOM


def test_the_builder_sets_and_removes_the_link_over_the_api(hour: SessionType, cleo: User) -> None:
    booking = confirmed(hour, cleo)
    address = f"/api/bookings/{booking.pk}"
    caller = Caller(hour.builder)
    assert caller.send("PATCH", address, {"joinUrl": ROOM}).json()["booking"]["joinUrl"] == ROOM
    assert caller.send("PATCH", address, {"joinUrl": None}).json()["booking"]["joinUrl"] is None


@pytest.mark.parametrize(
    ("body", "status", "field"),
    [
        ({"joinUrl": "http://meet.example.com/"}, 422, "joinUrl"),
        ({"joinUrl": "https://127.0.0.1/"}, 422, "joinUrl"),
        ({"joinUrl": ROOM, "status": "CANCELLED"}, 422, "status"),
    ],
)
def test_the_api_refuses_bad_links(body: Any, status: int, field: str, hour: SessionType, cleo: User) -> None:
    booking = confirmed(hour, cleo)
    answer = Caller(hour.builder).send("PATCH", f"/api/bookings/{booking.pk}", body)
    assert answer.status_code == status
    assert field in error(answer)["fields"]


def test_the_client_cannot_set_the_link_over_the_api(hour: SessionType, cleo: User) -> None:
    booking = confirmed(hour, cleo)
    assert Caller(cleo).send("PATCH", f"/api/bookings/{booking.pk}", {"joinUrl": ROOM}).status_code == 403
    assert Booking.objects.get(pk=booking.pk).meeting_url == ""


def test_the_builder_reads_and_changes_the_standing_link_over_the_api(ada: User) -> None:
    caller = Caller(ada)
    assert caller.send("GET", "/api/coach").json()["builder"]["meetingUrl"] is None
    assert caller.send("PATCH", "/api/coach", {"meetingUrl": ROOM}).json()["builder"]["meetingUrl"] == ROOM
    assert caller.send("PATCH", "/api/coach", {"headline": "Hello"}).json()["builder"]["meetingUrl"] == ROOM
    assert caller.send("PATCH", "/api/coach", {"meetingUrl": ""}).json()["builder"]["meetingUrl"] is None
