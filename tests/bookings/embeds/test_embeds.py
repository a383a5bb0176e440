"""Booking in a frame on another site: as a guest, without cookies, and only what is free."""

from __future__ import annotations

import html
import re
from collections.abc import Callable
from typing import Any
from urllib.parse import urlencode

import pytest
from django.test import Client

from accounts.models import BuilderProfile, User
from bookings.agreement.signed_links import page_of
from bookings.embeds.drafts import EmbedDraft
from bookings.models import Booking
from coaching.models import SessionType
from core.models import OutboxMessage
from tests.bookings.cast import book, free_shop
from tests.bookings.wizard.steps import key_of
from tests.cast import make_builder_person
from tests.factories.coaching import QuestionFactory
from tests.scheduling.cast import offer, soon

pytestmark = pytest.mark.django_db
SITE = "https://shop.example"
SENT = {"site": SITE, "name": "Gwen Guest", "email": "gwen@guests.test", "a1": "At noon", "utm_source": "Newsletter"}


@pytest.fixture
def free(ada: User) -> SessionType:
    session_type = free_shop(ada)
    QuestionFactory.create(session_type=session_type, label="When do you eat?")
    return session_type


def address(session_type: SessionType, page: str = "") -> str:
    return f"/embed/ada-moreno/{session_type.pk}/{page}"


def value_of(name: str, page: str) -> str:
    match = re.search(rf'name="{name}"[^>]*?value="([^"]*)"', page)
    assert match is not None, name
    return html.unescape(match[1])


def hold(browser: Client, session_type: SessionType, **sent: str) -> tuple[str, str]:
    """Chooses a time, and returns the address and the text of the page with the form."""
    page = browser.get(address(session_type), SENT | sent).content.decode()
    form = re.search(r'action="([^"]*/hold/[^"]*)"', page)
    assert form is not None
    chosen = browser.post(html.unescape(form[1]), {"start": soon().isoformat(), "minutes": "30"})
    details = str(chosen["Location"])
    return details, browser.get(details).content.decode()


def send(browser: Client, details: str, page: str, **typed: str) -> Any:
    names = ("draft", "price", "currency", "terms", "name", "email")
    sent = {name: value_of(name, page) for name in names} | typed
    return browser.post(details, sent)


def test_a_guest_books_in_a_frame_and_the_builder_learns_from_where(
    free: SessionType, ada: User, browser_of: Callable[[User | None], Client]
) -> None:
    browser, adas = Client(enforce_csrf_checks=True), browser_of(ada)
    details, page = hold(browser, free)
    assert value_of("name", page) == "Gwen Guest"
    assert "At noon</textarea>" in page
    question = free.questions.get()

    wrong = send(browser, details, page, email="nonsense")
    assert wrong.status_code == 422
    assert "name@example.com" in wrong.content.decode()
    booked = send(browser, details, page, **{f"question_{question.pk}": "At noon"})
    again = send(browser, details, page)
    shown = browser.get(booked["Location"]).content.decode()

    booking = Booking.objects.get()
    assert (booking.client, booking.guest and booking.guest.email) == (None, "gwen@guests.test")
    assert (booking.came_by, booking.utm_source) == ("embed", "Newsletter")
    assert booking.reference in html.unescape(shown).partition("data-booked=")[2]
    assert f'data-site="{SITE}"' in shown
    assert again["Location"].partition("?")[0] == address(free, "booked/")
    assert not browser.cookies
    assert OutboxMessage.objects.filter(recipient="gwen@guests.test").exists()
    assert "Another site, Newsletter" in adas.get(f"/bookings/{booking.reference}/").content.decode()
    assert "Another site,Newsletter" in adas.get("/dashboard/bookings/bookings.csv?show=all").content.decode()
    [listed] = adas.get("/api/bookings/my-bookings?role=provider").json()["bookings"]
    assert listed["origin"] == {
        "cameBy": "embed",
        "utmSource": "Newsletter",
        "utmMedium": None,
        "utmCampaign": None,
    }


def test_the_link_to_the_booking_is_only_for_the_browser_that_booked(free: SessionType) -> None:
    """A site can show a frame with a token that it has got itself, and later ask with that token what was booked."""
    visitor, site = Client(), Client()
    details, page = hold(visitor, free)
    question = {f"question_{free.questions.get().pk}": "At noon"}

    shown = visitor.get(send(visitor, details, page, **question)["Location"]).content.decode()
    again = site.get(send(site, details, page, **question)["Location"]).content.decode()
    with_token = site.get(details, follow=True).content.decode()

    booking = Booking.objects.get()
    assert page_of(booking) in shown
    for seen in (again, with_token):
        assert booking.reference in seen
        assert page_of(booking) not in seen
        assert "gwen@guests.test" not in seen
        assert "Use the link in our mail" in seen


def test_a_site_cannot_work_out_the_key_of_the_form(free: SessionType, settings: Any) -> None:
    draft = EmbedDraft.of({})
    key = draft.form_key(free.pk)

    assert EmbedDraft.of({"draft": draft.token}).form_key(free.pk) == key
    settings.SECRET_KEY = "another"
    assert draft.form_key(free.pk) != key


def test_a_session_that_needs_an_account_goes_on_at_waymark(free: SessionType, ada: User) -> None:
    hour, browser = offer(ada), Client()
    page = browser.get(address(hour), SENT).content.decode()

    assert 'target="_blank"' in page
    assert f'action="/book/ada-moreno/{hour.pk}/"' in page
    assert value_of("utm_source", page) == "Newsletter"
    answer = browser.post(address(hour, "hold/"), {"start": soon().isoformat()})
    assert answer["Location"].startswith(address(hour))
    details = browser.get(f"{address(hour, 'details/')}?{urlencode({'start': soon().isoformat()})}")
    assert details["Location"].startswith(address(hour))


def test_who_is_signed_in_is_a_guest_in_a_frame(
    free: SessionType, cleo: User, browser_of: Callable[[User | None], Client]
) -> None:
    """Browsers send cookies to frames of the same site, such as another port of one machine."""
    browser = browser_of(cleo)
    details, page = hold(browser, free)

    send(browser, details, page)

    assert Booking.objects.get().client is None


def test_a_time_taken_meanwhile_leads_back_to_the_times(free: SessionType, cleo: User) -> None:
    browser = Client()
    page = browser.get(address(free), SENT).content.decode()
    form = re.search(r'action="([^"]*/hold/[^"]*)"', page)
    assert form is not None
    book(free, cleo)

    answer = browser.post(html.unescape(form[1]), {"start": soon().isoformat(), "minutes": "30"}, follow=True)

    assert "is no longer available" in answer.content.decode()


def test_a_token_that_was_changed_is_a_new_visitor(free: SessionType) -> None:
    browser = Client()
    details, page = hold(browser, free)
    spoilt = details.replace("draft=", "draft=x")

    assert value_of("draft", browser.get(spoilt).content.decode()) != value_of("draft", page)


def test_only_the_sites_that_the_builder_names_may_frame_the_pages(
    free: SessionType, adas: Client, client: Client
) -> None:
    first = Client().get("/embed/ada-moreno/")
    saved = adas.post("/dashboard/share/", {"sites": "https://shop.example/page\n*.example.org"})
    later = Client().get(address(free))
    refused = adas.post("/dashboard/share/", {"sites": "javascript:alert(1)"})

    assert "frame-ancestors *;" in f"{first['Content-Security-Policy']};"
    assert "X-Frame-Options" not in first
    assert saved.status_code == 302
    assert (
        "frame-ancestors 'self' https://shop.example https://*.example.org;" in f"{later['Content-Security-Policy']};"
    )
    assert refused.status_code == 422
    assert BuilderProfile.objects.get().embed_sites == ["https://shop.example", "https://*.example.org"]


def test_a_builder_who_takes_no_bookings_has_a_page_that_says_so(client: Client, ada: User) -> None:
    answer = client.get("/embed/nobody/")

    assert answer.status_code == 404
    assert "X-Frame-Options" not in answer
    assert "Nothing to book" in answer.content.decode()


def test_a_campaign_is_kept_from_the_first_page_to_the_booking_with_that_builder(client: Client, ada: User) -> None:
    session_type = free_shop(ada)
    other = free_shop(make_builder_person("Bo Lind"))
    client.get("/builders/ada-moreno/?utm_source=podcast&utm_campaign=spring")

    for builder, booked in (("ada-moreno", session_type), ("bo-lind", other)):
        at = f"/book/{builder}/{booked.pk}"
        form = {"minutes": "30", "start": soon().isoformat(), "zone": "Europe/London"}
        details = client.post(f"{at}/hold/", form)["Location"]
        review = client.post(details, {"name": "Gwen Guest", "email": "gwen@guests.test"})["Location"]
        client.post(review, {"key": key_of(client.get(review))})

    origins = {booking.builder.display_name: booking.origin_label for booking in Booking.objects.all()}
    assert origins == {"Ada Moreno": "podcast / spring", "Bo Lind": ""}
