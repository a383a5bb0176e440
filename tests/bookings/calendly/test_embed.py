"""Session types that are booked on Calendly show its page, and the booking that is made there is found."""

from __future__ import annotations

import hashlib
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from django.test import Client

from accounts.models import User
from bookings.calendly import embed
from bookings.models import Booking, Draft
from coaching.models import SessionType
from sandbox.calendly.sample import question
from tests.bookings.calendly.cast import Shop, open_shop
from tests.calendly import CalendlyServer, at
from tests.cast import make_person
from tests.scheduling.cast import open_hours, rates, soon

pytestmark = pytest.mark.django_db


@pytest.fixture
def embedded(shop: Shop, ada: User, settings: Any) -> SessionType:
    """Returns a free session type that is booked on Calendly."""
    settings.CALENDLY_SITE = shop.calendly.address
    rates(ada)
    open_hours(ada)
    SessionType.objects.update(books_on_calendly=True)
    return SessionType.objects.get()


@pytest.fixture
def asking(calendly: CalendlyServer, ada: User, settings: Any) -> SessionType:
    """Returns a free session type that is booked on Calendly, where two questions are asked."""
    open_shop(calendly, ada, custom_questions=[question("Company", "string", 0), question("Team", "string", 1)])
    settings.CALENDLY_SITE = calendly.address
    rates(ada)
    open_hours(ada)
    return SessionType.objects.get()


def times_of(session_type: SessionType) -> str:
    return f"/book/{session_type.builder.builder_profile.slug}/{session_type.pk}/"


def visitor_in(browser: Client) -> str:
    """Returns how the visitor of this browser is known."""
    secret = browser.cookies["visitor"].value
    return f"visitor:{hashlib.sha256(secret.encode()).hexdigest()[:40]}"


def frame_in(text: str) -> dict[str, list[str]]:
    start = text.index('class="calendly"')
    address = text[start:].split('src="')[1].split('"', maxsplit=1)[0].replace("&amp;", "&")
    return parse_qs(urlsplit(address).query)


def test_a_guest_sees_the_page_of_the_event_type(client: Client, embedded: SessionType) -> None:
    answer = client.get(times_of(embedded))
    query = frame_in(answer.text)
    assert query["embed_domain"]
    assert "email" not in query
    assert f"frame-src 'self' {embed.origin()}" in answer["Content-Security-Policy"]
    assert f'href="{embedded.calendly_url}?' in answer.text


def test_the_page_says_which_step_it_is(client: Client, embedded: SessionType) -> None:
    assert "Step 2 of 2: Time and details, on Calendly" in client.get(times_of(embedded)).text


def test_a_session_that_needs_an_account_asks_for_it_before_calendly(client: Client, embedded: SessionType) -> None:
    SessionType.objects.update(category=SessionType.Category.SPECIALIZED)

    answer = client.get(times_of(embedded))

    assert answer.status_code == 302
    assert answer["Location"].startswith("/account/signup/?next=/book/")


def test_no_other_page_lets_a_frame_show_calendly(client: Client, embedded: SessionType) -> None:
    assert embed.origin() not in client.get("/builders/")["Content-Security-Policy"]


def test_the_page_is_filled_in_for_a_client(cleos: Client, cleo: User, embedded: SessionType) -> None:
    query = frame_in(cleos.get(times_of(embedded)).text)
    assert (query["name"], query["email"]) == ([cleo.display_name], [cleo.email])


def test_what_was_typed_before_is_filled_in_on_calendly(client: Client, asking: SessionType) -> None:
    """A visitor is in the middle of booking when the builder decides that the session is booked on Calendly."""
    _, team = asking.questions.all()
    SessionType.objects.update(books_on_calendly=False)
    page = f"{times_of(asking)}details/?start={soon().isoformat().replace('+', '%2B')}"
    client.get(page)
    SessionType.objects.update(books_on_calendly=True)
    typed = {"name": "Jo Doe", "email": "jo@example.com", f"question_{team.pk}": "Red & blue"}

    answer = client.post(page, typed)

    assert answer["Location"] == times_of(asking)
    query = frame_in(client.get(times_of(asking)).text)
    assert (query["name"], query["email"], query["a2"]) == (["Jo Doe"], ["jo@example.com"], ["Red & blue"])
    assert "a1" not in query


def test_long_answers_do_not_make_an_endless_address(client: Client, asking: SessionType) -> None:
    SessionType.objects.update(books_on_calendly=True)
    client.get(times_of(asking))
    company, _ = asking.questions.all()
    holder = visitor_in(client)
    Draft.objects.create(holder=holder, session_type=asking, details={f"question_{company.pk}": "x" * 5_000})
    assert len(frame_in(client.get(times_of(asking)).text)["a1"][0]) == embed.LONGEST_ANSWER


def test_the_campaign_of_the_visitor_goes_on_to_calendly_and_the_key_stays_ours(
    client: Client, embedded: SessionType
) -> None:
    asked = "?utm_source=newsletter&utm_campaign=spring&salesforce_uuid=abc&utm_content=mine&day=2026-12-01"
    key = frame_in(client.get(times_of(embedded)).text)["utm_content"]
    query = frame_in(client.get(times_of(embedded) + asked).text)
    assert (query["utm_source"], query["utm_campaign"], query["salesforce_uuid"]) == (
        ["newsletter"],
        ["spring"],
        ["abc"],
    )
    assert (query["utm_content"], query["date"]) == (key, ["2026-12-01"])


def test_a_page_with_a_query_of_its_own_keeps_it(client: Client, embedded: SessionType) -> None:
    SessionType.objects.update(calendly_url=f"{embedded.calendly_url}?month=2027-01#top")
    text = client.get(times_of(embedded)).text
    assert frame_in(text)["month"] == ["2027-01"]
    assert "#top" not in text


@pytest.mark.parametrize("page", ["https://evil.example/ada", "javascript:alert(1)", "http://127.0.0.1:1/x", ""])
def test_no_page_of_another_site_is_ever_framed(client: Client, embedded: SessionType, page: str) -> None:
    SessionType.objects.update(calendly_url=page)
    answer = client.get(times_of(embedded))
    assert "iframe" not in answer.text
    assert page not in answer["Content-Security-Policy"] or not page


def test_what_a_guest_has_booked_is_shown_to_them(client: Client, shop: Shop, embedded: SessionType) -> None:
    key = frame_in(client.get(times_of(embedded)).text)["utm_content"][0]
    shop.calendly.book(shop.event_type, at(), tracking={"utm_content": key})
    answer = client.post(f"{times_of(embedded)}calendly/")
    assert answer.status_code == 302
    assert answer["Location"].startswith("/bookings/guest/")
    done = client.get(answer["Location"]).text
    assert "You are booked" in done
    assert "Calendly mails you the calendar entry" in done
    assert Booking.objects.get().starts_at == at()


def test_nothing_that_the_browser_says_makes_a_booking(client: Client, shop: Shop, embedded: SessionType) -> None:
    """The form of a page that somebody has changed, with the URIs that a frame would name."""
    invitee = shop.calendly.book(shop.event_type, at(), tracking={"utm_content": "of somebody else"})
    said = {"event": invitee["event"], "invitee": invitee["uri"], "utm_content": "of somebody else"}
    answer = client.post(f"{times_of(embedded)}calendly/?utm_content=of%20somebody%20else", said, follow=True)
    assert "We cannot find a booking from you" in answer.text


def test_a_booking_with_the_address_of_another_account_is_theirs(
    cleos: Client, cleo: User, shop: Shop, embedded: SessionType, ada: User
) -> None:
    sam = make_person("Sam Stranger")
    key = frame_in(cleos.get(times_of(embedded)).text)["utm_content"][0]
    shop.calendly.book(shop.event_type, at(), email=sam.email, tracking={"utm_content": key})
    answer = cleos.post(f"{times_of(embedded)}calendly/", follow=True)
    assert Booking.objects.get().client == sam
    assert answer.status_code == 200
    assert "in the account with the address that you entered there" in answer.text


def test_somebody_elses_booking_is_not_shown(client: Client, shop: Shop, embedded: SessionType) -> None:
    client.get(times_of(embedded))
    shop.calendly.book(shop.event_type, at(), tracking={"utm_content": "of somebody else"})
    answer = client.post(f"{times_of(embedded)}calendly/", follow=True)
    assert "We cannot find a booking from you" in answer.text


def test_calendly_that_does_not_answer_is_said(client: Client, shop: Shop, embedded: SessionType) -> None:
    shop.calendly.service.set_fault("500")
    answer = client.post(f"{times_of(embedded)}calendly/", follow=True)
    assert "Calendly is not answering" in answer.text


def test_it_cannot_be_booked_here_as_well(cleo: User, cleos: Client, embedded: SessionType) -> None:
    body = {"sessionTypeId": str(embedded.pk), "startTime": soon().isoformat()}
    answer = cleos.post("/api/scheduling/bookings/create", body, content_type="application/json")
    assert answer.status_code in (403, 409)
    assert Booking.objects.count() == 0


def test_without_the_flag_it_is_not_shown(client: Client, embedded: SessionType, settings: Any) -> None:
    settings.USE_CALENDLY = False
    assert "iframe" not in client.get(times_of(embedded)).text
