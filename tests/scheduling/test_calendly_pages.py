"""The dashboard pages and the API of a builder's Calendly account."""

from __future__ import annotations

import html
from collections.abc import Iterator
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import pytest
from django.core.cache import cache
from django.test import Client
from django.urls import reverse

from accounts.models import BuilderProfile, User
from coaching.models import SessionType
from connections.models import Connection, LinkedAccount
from connections.oauth.services import mark_broken
from core import outbox
from marketplace import listings
from scheduling.calendly.models import CalendlyEventType, CalendlySync
from scheduling.models import Reservation
from tests.calendly import TOKEN, CalendlyServer, at, calendly_server
from tests.cast import make_builder_person
from tests.scheduling.calendly import connect, map_all, sync

pytestmark = pytest.mark.django_db
PAGE = "/dashboard/connections/calendly/"


@pytest.fixture
def calendly(settings: Any) -> Iterator[CalendlyServer]:
    with calendly_server(settings) as server:
        yield server


def test_a_token_connects_the_account_and_is_never_shown(adas: Client, calendly: CalendlyServer) -> None:
    answer = adas.post(PAGE, {"token": TOKEN}, follow=True)
    account = LinkedAccount.objects.get()
    assert (account.access_token, account.state) == (TOKEN, "good")
    assert TOKEN not in account.secret
    assert TOKEN not in answer.text
    assert "Ada Moreno" in answer.text


def test_a_wrong_token_is_refused_at_once(adas: Client, calendly: CalendlyServer) -> None:
    answer = adas.post(PAGE, {"token": "wrong"})
    assert answer.status_code == 422
    assert "does not accept this token" in answer.text
    assert answer.text.count("There is a problem") == 1
    assert "wrong" not in answer.text.split("<form")[1]
    assert LinkedAccount.objects.count() == 0


def test_calendly_that_is_down_is_said(adas: Client, calendly: CalendlyServer) -> None:
    calendly.service.set_fault("500")
    answer = adas.post(PAGE, {"token": TOKEN})
    assert answer.status_code == 422
    assert "problem" in answer.text


def test_a_second_account_has_to_wait_for_the_first_to_go(adas: Client, ada: User, calendly: CalendlyServer) -> None:
    connect(ada)
    calendly.state.add_user("other token", "Somebody Else", "else@people.test")
    answer = adas.post(PAGE, {"token": "other token"}, follow=True)
    assert "Disconnect it first" in answer.text
    assert LinkedAccount.objects.count() == 1


def test_an_account_belongs_to_one_builder(ada: User, calendly: CalendlyServer) -> None:
    """Each booking that is made there would be two here, and both would be told of the other's clients."""
    account = connect(ada)
    browser = Client()
    browser.force_login(make_builder_person("Bea"))
    answer = browser.post(PAGE, {"token": TOKEN})
    assert "Another builder has connected this Calendly account" in answer.text
    assert LinkedAccount.objects.get() == account

    mark_broken(account=account)
    browser.post(PAGE, {"token": TOKEN})

    assert LinkedAccount.objects.working().count() == 1
    assert LinkedAccount.objects.count() == 2


def test_a_member_connects_through_the_account_of_the_site(
    adas: Client, ada: User, calendly: CalendlyServer, settings: Any
) -> None:
    settings.CALENDLY_API_KEY = TOKEN
    calendly.state.users[calendly.ada["uri"]]["email"] = ada.email
    adas.post(f"{PAGE}member/")
    account = LinkedAccount.objects.get()
    assert (account.kind, account.external_id) == ("server", calendly.ada["uri"])


def test_nobody_connects_as_somebody_elses_member(calendly: CalendlyServer, settings: Any) -> None:
    settings.CALENDLY_API_KEY = TOKEN
    bea = make_builder_person("Bea")
    browser = Client()
    browser.force_login(bea)
    answer = browser.post(f"{PAGE}member/", follow=True)
    assert "no member with the address" in answer.text
    assert LinkedAccount.objects.count() == 0


def test_sync_now_queues_a_run_that_the_page_shows(adas: Client, ada: User, calendly: CalendlyServer) -> None:
    connect(ada)
    calendly.event_type("Intro")
    adas.post(f"{PAGE}sync/")
    outbox.deliver_due()
    text = adas.get(PAGE).text
    assert "1 new, 0 changed" in text
    assert "Choose its category" in text


def test_the_builder_chooses_the_terms(adas: Client, ada: User, calendly: CalendlyServer) -> None:
    account = connect(ada)
    calendly.event_type("Free intro")
    sync(account)
    page = f"{PAGE}{CalendlyEventType.objects.get().pk}/"
    assert 'value="FREE" ' in adas.get(page).text
    adas.post(page, {"category": "SPECIALIZED", "price": "45", "booked": "here"})
    session_type = SessionType.objects.get()
    assert (session_type.category, session_type.is_active) == ("SPECIALIZED", True)


def test_a_pathway_session_needs_a_pathway(adas: Client, ada: User, calendly: CalendlyServer) -> None:
    account = connect(ada)
    calendly.event_type()
    sync(account)
    answer = adas.post(f"{PAGE}{CalendlyEventType.objects.get().pk}/", {"category": "PATHWAY", "booked": "here"})
    assert answer.status_code == 422
    assert "Choose at least one pathway" in answer.text


def test_differences_are_shown_and_settled(adas: Client, ada: User, calendly: CalendlyServer) -> None:
    account = connect(ada)
    calendly.event_type("Intro")
    sync(account)
    map_all(ada)
    SessionType.objects.update(title="First talk")
    page = f"{PAGE}{CalendlyEventType.objects.get().pk}/"
    assert "Different from Calendly" in adas.get(PAGE).text
    assert "on Calendly: Intro" in adas.get(page).text
    adas.post(f"{page}settle/", {"take": "calendly"})
    assert SessionType.objects.get().title == "Intro"


def test_the_preview_shows_what_would_change(adas: Client, ada: User, calendly: CalendlyServer) -> None:
    connect(ada)
    calendly.event_type("Brand new")
    assert "Brand new" in adas.post(f"{PAGE}preview/").text
    assert SessionType.objects.count() == 0


def test_disconnecting_says_and_does_what_happens(adas: Client, ada: User, calendly: CalendlyServer) -> None:
    account = connect(ada)
    calendly.event_type()
    sync(account)
    map_all(ada)
    calendly.state.busy[calendly.ada["uri"]] = [(at(2, 12), at(2, 13))]
    from scheduling.outside import services as outside

    outside.sync(connection=Connection.objects.get())
    assert len(calendly.state.subscriptions) == 1
    assert "can be booked again at once" in adas.get(f"{PAGE}disconnect/").text
    adas.post(f"{PAGE}disconnect/", {"sessions": "closed"})
    assert LinkedAccount.objects.count() == Connection.objects.count() == Reservation.objects.count() == 0
    assert calendly.state.subscriptions == {}
    assert not SessionType.objects.get().is_active


def test_the_link_alone_needs_no_account(adas: Client, ada: User) -> None:
    adas.post(f"{PAGE}link/", {"calendly_url": "calendly.com/ada-moreno"})
    assert BuilderProfile.objects.get(user=ada).calendly_url == "https://calendly.com/ada-moreno"
    listings.refresh([ada.pk])
    cache.clear()
    answer = adas.get(f"/api/marketplace/builders/{ada.pk}").json()
    assert answer["builder"]["bookingInfo"]["calendlyUrl"] == "https://calendly.com/ada-moreno"


@pytest.mark.parametrize(
    "link", ["https://evil.example/ada", "https://calendly.com.evil.example/a", "javascript:alert(1)"]
)
def test_the_link_leads_to_calendly_only(adas: Client, ada: User, link: str) -> None:
    assert adas.post(f"{PAGE}link/", {"calendly_url": link}).status_code == 422
    assert BuilderProfile.objects.get(user=ada).calendly_url == ""


def test_without_the_flag_there_is_no_page_for_those_who_have_none(
    adas: Client, ada: User, calendly: CalendlyServer, settings: Any
) -> None:
    settings.USE_CALENDLY = False
    assert adas.get(PAGE).status_code == 404
    assert PAGE not in adas.get("/dashboard/connections/").text
    settings.USE_CALENDLY = True
    connect(ada)
    settings.USE_CALENDLY = False
    assert adas.get(PAGE).status_code == 200


def test_the_api_takes_the_link_too(adas: Client, ada: User) -> None:
    def patch(link: str) -> Any:
        return adas.patch("/api/coach", {"calendlyUrl": link}, content_type="application/json")

    assert patch("https://calendly.com/ada").json()["builder"]["calendlyUrl"] == "https://calendly.com/ada"
    assert patch("https://evil.example/ada").status_code == 422
    assert patch("").json()["builder"]["calendlyUrl"] is None


# The API


def test_the_api_tells_connects_and_disconnects(adas: Client, calendly: CalendlyServer) -> None:
    path = "/api/scheduling/calendly"
    assert adas.get(path).json()["connection"]["status"] == "none"
    answer = adas.post(path, {"token": TOKEN}, content_type="application/json")
    assert (answer.status_code, answer.json()["connection"]["status"]) == (201, "connected")
    assert TOKEN not in answer.text
    assert adas.delete(path).json()["connection"]["status"] == "none"
    assert adas.delete(path).status_code == 404


def test_a_wrong_token_is_422_with_its_field(adas: Client, calendly: CalendlyServer) -> None:
    answer = adas.post("/api/scheduling/calendly", {"token": "wrong"}, content_type="application/json")
    assert answer.status_code == 422
    assert "token" in answer.json()["error"]["fields"]


def test_the_api_syncs(adas: Client, ada: User, calendly: CalendlyServer) -> None:
    connect(ada)
    calendly.event_type()
    answer = adas.post("/api/scheduling/calendly/sync-event-types", content_type="application/json")
    assert answer.status_code == 202
    run = answer.json()["sync"]
    assert run["status"] == "queued"
    outbox.deliver_due()
    again = adas.get(f"/api/scheduling/calendly/sync-event-types/{run['id']}").json()["sync"]
    assert (again["status"], again["created"], again["error"]) == ("succeeded", 1, None)


def test_an_admin_syncs_for_a_builder_and_nobody_else_does(
    ada: User, alex: User, cleo: User, calendly: CalendlyServer
) -> None:
    connect(ada)
    path = "/api/scheduling/calendly/sync-event-types"
    browser = Client()
    browser.force_login(alex)
    body = {"builderId": str(ada.pk)}
    assert browser.post(path, body, content_type="application/json").status_code == 202
    browser.force_login(cleo)
    assert browser.post(path, body, content_type="application/json").status_code == 403
    browser.force_login(make_builder_person("Bea"))
    assert browser.post(path, body, content_type="application/json").status_code == 403
    run = CalendlySync.objects.get()
    assert browser.get(f"{path}/{run.pk}").status_code == 404


def test_session_types_have_their_page(adas: Client, ada: User, calendly: CalendlyServer) -> None:
    account = connect(ada)
    row = calendly.event_type()
    sync(account)
    map_all(ada)
    answer = adas.get(f"/api/marketplace/builders/{ada.pk}/session-types").json()
    session_type = answer["sessionTypes"][0]
    assert (session_type["calendlyUrl"], session_type["eventTypeUrl"]) == (row["scheduling_url"], row["scheduling_url"])


def test_a_calendar_that_cannot_be_read_leads_to_the_page_of_calendly(ada: User, calendly: CalendlyServer) -> None:
    connect(ada)
    assert Connection.objects.get().get_absolute_url() == PAGE


# Signing in at Calendly


def signed_in_at_calendly(browser: Client, calendly: CalendlyServer) -> str:
    """Begins on our page, agrees at the stand-in, and comes back. Returns the text of the page then."""
    agree = browser.post("/dashboard/connections/accounts/calendly/start/", follow=True).text
    address = html.unescape(agree.split(f'href="{calendly.address}/auth')[1].split('"')[0])
    query = dict(parse_qsl(urlsplit(address).query))
    back = urlsplit(calendly.service.grants.agree(query))
    return browser.get(f"{back.path}?{back.query}", follow=True).text


@pytest.fixture
def oauth(settings: Any) -> None:
    settings.CALENDLY_CLIENT_ID, settings.CALENDLY_CLIENT_SECRET = "sandbox", "sandbox-secret"


def test_signing_in_at_calendly_connects(adas: Client, calendly: CalendlyServer, oauth: None) -> None:
    assert "Sign in at Calendly" in adas.get(PAGE).text
    signed_in_at_calendly(adas, calendly)
    account = LinkedAccount.objects.get()
    assert (account.kind, account.external_id, account.name) == ("oauth", calendly.ada["uri"], "Ada Moreno")
    calendly.event_type()
    assert sync(account).created == 1


def test_a_token_that_has_ended_is_renewed_and_the_new_refresh_token_kept(
    adas: Client, calendly: CalendlyServer, oauth: None
) -> None:
    signed_in_at_calendly(adas, calendly)
    account = LinkedAccount.objects.get()
    before = account.refresh_token
    calendly.state.tokens.pop(account.access_token)
    assert sync(account).status == "succeeded"
    assert sync(LinkedAccount.objects.get()).status == "succeeded"
    assert LinkedAccount.objects.get().refresh_token != before


def test_access_that_was_withdrawn_is_said_once(adas: Client, calendly: CalendlyServer, oauth: None) -> None:
    signed_in_at_calendly(adas, calendly)
    account = LinkedAccount.objects.get()
    calendly.state.tokens.clear()
    calendly.service.grants.refresh_tokens.clear()
    assert sync(account).status == "failed"
    assert "Connect again" in adas.get(PAGE).text


def test_access_is_given_back_when_the_account_is_disconnected(
    adas: Client, calendly: CalendlyServer, oauth: None
) -> None:
    signed_in_at_calendly(adas, calendly)
    access = LinkedAccount.objects.get().access_token

    adas.post(reverse("scheduling:calendly_disconnect"), {"sessions": "open"})
    assert access in calendly.state.tokens
    outbox.deliver_due("revoked_tokens")

    assert access not in calendly.state.tokens
    assert calendly.service.grants.refresh_tokens == {}


def test_the_page_to_disconnect_says_that_a_personal_token_stays_valid(
    adas: Client, calendly: CalendlyServer, ada: User
) -> None:
    connect(ada)

    page = adas.get(reverse("scheduling:calendly_disconnect")).text

    assert "Your personal token stays valid at Calendly" in page
