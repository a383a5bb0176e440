"""Event types of Calendly become session types, and stay in step with them."""

from __future__ import annotations

import random
from collections.abc import Iterator
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.core.cache import cache
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts.models import Notification, User
from accounts.roles import Role
from accounts.services import revoke
from coaching.models import SessionType
from connections.calendly.client import calendly_of
from connections.calendly.models import CalendlyAccount
from connections.models import LinkedAccount
from core import clock, personal
from sandbox.calendly.sample import question
from scheduling.calendly import event_types, runs, services
from scheduling.calendly.models import CalendlyEventType, CalendlySync
from scheduling.calendly.services import ChosenTerms
from scheduling.calendly.values import local_values, upstream_values
from tests.calendly import TOKEN, CalendlyServer, calendly_server
from tests.scheduling.calendly import connect, map_all, sync

pytestmark = pytest.mark.django_db


@pytest.fixture
def calendly(settings: Any) -> Iterator[CalendlyServer]:
    with calendly_server(settings) as server:
        yield server


@pytest.fixture
def account(calendly: CalendlyServer, ada: User) -> LinkedAccount:
    return connect(ada)


def only() -> SessionType:
    return SessionType.objects.get()


def test_an_event_type_becomes_a_session_type_with_all_it_says(
    calendly: CalendlyServer, account: LinkedAccount
) -> None:
    row = calendly.event_type(
        "App review", duration=60, duration_options=[30, 60], before_buffer=5, after_buffer=15, start_time_increment=15,
        description_plain="Screen by screen.", locations=[{"kind": "physical", "location": "Oranienstraße 12"}],
        custom_questions=[question("Which platform?", "single_select", 0, choices=["iOS", "Web"], required=True)],
    )  # fmt: skip
    assert sync(account).created == 1
    session_type = only()
    assert (session_type.title, session_type.description, session_type.default_minutes) == (
        "App review",
        "Screen by screen.",
        60,
    )
    assert [length.minutes for length in session_type.durations.all()] == [30, 60]
    assert (session_type.buffer_before, session_type.buffer_after, session_type.slot_interval) == (5, 15, 15)
    assert (session_type.is_remote, session_type.is_in_person, session_type.address) == (
        False,
        True,
        "Oranienstraße 12",
    )
    assert [(ask.label, ask.kind, ask.options, ask.is_required) for ask in session_type.questions.all()] == [
        ("Which platform?", "dropdown", ["iOS", "Web"], True)
    ]
    assert session_type.calendly_url == row["scheduling_url"]
    assert not session_type.is_active


def test_a_group_has_the_places_that_are_left_at_a_free_time(calendly: CalendlyServer, account: LinkedAccount) -> None:
    calendly.event_type("Workshop", seats=6)
    sync(account)
    assert only().seats == 6


def test_it_is_offered_once_its_category_is_chosen(calendly: CalendlyServer, account: LinkedAccount, ada: User) -> None:
    calendly.event_type()
    sync(account)
    services.choose_terms(
        event_type=CalendlyEventType.objects.get(), terms=ChosenTerms("SPECIALIZED", price=Decimal(40)), by=ada
    )
    session_type = only()
    assert (session_type.is_active, session_type.category) == (True, "SPECIALIZED")
    assert [length.price for length in session_type.durations.all()] == [Decimal(40)]


def test_prices_category_and_pathways_stay_when_calendly_changes(
    calendly: CalendlyServer, account: LinkedAccount, ada: User
) -> None:
    row = calendly.event_type()
    sync(account)
    services.choose_terms(
        event_type=CalendlyEventType.objects.get(), terms=ChosenTerms("SPECIALIZED", price=Decimal(40)), by=ada
    )
    calendly.state.change_event_type(row["uri"], name="Renamed", before_buffer=30)
    run = sync(account)
    session_type = only()
    assert (run.updated, session_type.title, session_type.buffer_before, session_type.is_active) == (
        1,
        "Renamed",
        30,
        True,
    )
    assert [length.price for length in session_type.durations.all()] == [Decimal(40)]


def test_a_new_length_without_a_price_closes_it_until_the_builder_prices_it(
    calendly: CalendlyServer, account: LinkedAccount, ada: User
) -> None:
    row = calendly.event_type()
    sync(account)
    event_type = CalendlyEventType.objects.get()
    services.choose_terms(event_type=event_type, terms=ChosenTerms("SPECIALIZED", price=Decimal(40)), by=ada)
    calendly.state.change_event_type(row["uri"], duration=45)
    sync(account)
    assert not only().is_active
    services.choose_terms(event_type=event_type, terms=ChosenTerms("SPECIALIZED", price=Decimal(60)), by=ada)
    assert only().is_active
    assert [(length.minutes, length.price) for length in only().durations.all()] == [(45, Decimal(60))]


def test_gone_or_inactive_at_calendly_is_closed_here_and_opens_again(
    calendly: CalendlyServer, account: LinkedAccount, ada: User
) -> None:
    gone, paused = calendly.event_type("Gone"), calendly.event_type("Paused")
    sync(account)
    map_all(ada)
    calendly.state.change_event_type(gone["uri"], deleted_at="2026-11-26T10:00:00.000000Z")
    calendly.state.change_event_type(paused["uri"], active=False)
    assert sync(account).deactivated == 2
    assert not SessionType.objects.filter(is_active=True).exists()
    calendly.state.change_event_type(gone["uri"], deleted_at=None)
    calendly.state.change_event_type(paused["uri"], active=True)
    sync(account)
    assert SessionType.objects.filter(is_active=True).count() == 2


def test_what_was_changed_by_hand_is_kept_and_shown_as_different(
    calendly: CalendlyServer, account: LinkedAccount
) -> None:
    row = calendly.event_type("Intro")
    sync(account)
    SessionType.objects.update(title="First talk")
    calendly.state.change_event_type(row["uri"], name="Introduction")
    sync(account)
    event_type = CalendlyEventType.objects.get()
    assert only().title == "First talk"
    assert [name for name, *_ in event_types.differences(event_type)] == ["title"]
    services.settle(event_type=event_type, names=["title"], takes_calendlys=True)
    assert only().title == "Introduction"
    event_type.refresh_from_db()
    assert event_types.differences(event_type) == []


def test_a_difference_that_is_kept_is_not_shown_again(calendly: CalendlyServer, account: LinkedAccount) -> None:
    calendly.event_type("Intro")
    sync(account)
    SessionType.objects.update(title="First talk")
    event_type = CalendlyEventType.objects.get()
    services.settle(event_type=event_type, names=["title"], takes_calendlys=False)
    sync(account)
    event_type.refresh_from_db()
    assert only().title == "First talk"
    assert event_types.differences(event_type) == []


def test_three_hundred_event_types_come_in_three_pages(calendly: CalendlyServer, account: LinkedAccount) -> None:
    for number in range(300):
        calendly.event_type(f"Type {number:03}")
    calendly.state.requests.clear()
    assert sync(account).created == 300
    assert calendly.state.requests.count("GET event_types") == 3
    assert SessionType.objects.count() == 300


def test_unchanged_event_types_cost_no_writes(calendly: CalendlyServer, account: LinkedAccount) -> None:
    for number in range(30):
        calendly.event_type(f"Type {number}")
    sync(account)
    calendly.state.requests.clear()
    with CaptureQueriesContext(
        connection,
    ) as queries:
        assert sync(account).unchanged == 30
    written = [query["sql"] for query in queries if query["sql"].startswith(("INSERT", "UPDATE", "DELETE"))]
    assert not [sql for sql in written if "scheduling_calendlysync" not in sql and "outbox" not in sql]
    assert calendly.state.requests == ["GET event_types"]


def test_a_second_request_joins_the_run(account: LinkedAccount) -> None:
    assert runs.request(account=account).pk == runs.request(account=account).pk
    assert CalendlySync.objects.count() == 1


@pytest.mark.parametrize(("fault", "is_tried"), [("500", True), ("429", False)])
def test_who_asks_again_does_not_wait_for_the_next_try_unless_calendly_says_so(
    calendly: CalendlyServer, account: LinkedAccount, fault: str, is_tried: bool
) -> None:
    calendly.service.set_fault(fault)
    sync(account)
    calendly.service.set_fault("none")
    runs.request(account=account)
    assert (runs.claim() is not None) == is_tried


def test_a_token_that_is_refused_breaks_the_account_and_its_owner_is_told_once(
    calendly: CalendlyServer, account: LinkedAccount, ada: User
) -> None:
    calendly.service.set_fault("401")
    run = sync(account)
    account.refresh_from_db()
    assert (run.status, account.state) == ("failed", "broken")
    assert runs.queue_due(clock.now() + timedelta(hours=1)) == 0
    assert Notification.objects.filter(person=ada, title__contains="Connect Calendly again").count() == 1


@pytest.mark.parametrize("fault", ["429", "500", "garbage"])
def test_what_passes_is_tried_again_later(calendly: CalendlyServer, account: LinkedAccount, fault: str) -> None:
    calendly.event_type()
    calendly.service.set_fault(fault)
    run = sync(account)
    assert run.status == "queued"
    assert run.error
    assert run.due_at > clock.now() + timedelta(seconds=20)
    calendly.service.set_fault("none")
    CalendlySync.objects.update(due_at=clock.now())
    assert runs.work_on_due() == 1
    run.refresh_from_db()
    assert (run.status, run.created) == ("succeeded", 1)


def test_a_limit_of_one_token_makes_all_who_share_it_wait(calendly: CalendlyServer, account: LinkedAccount) -> None:
    LinkedAccount.objects.update(kind=LinkedAccount.Kind.SERVER)
    account.refresh_from_db()
    others = [
        LinkedAccount.objects.create(
            service="calendly", kind="server", external_id=f"user {number}", secret=account.secret
        )
        for number in range(49)
    ]
    for other in others:
        runs.request(account=other)
    calendly.service.set_fault("429")
    run = sync(account)
    due = set(CalendlySync.objects.exclude(pk=run.pk).values_list("due_at", flat=True))
    assert due == {run.due_at}


@pytest.mark.parametrize("after", range(4))
def test_a_run_that_is_broken_off_anywhere_ends_in_the_same_state(
    calendly: CalendlyServer, account: LinkedAccount, ada: User, after: int
) -> None:
    """A killed worker leaves the run as running; once its lease is over, another one begins it anew."""
    read = [calendly.event_type(f"Type {number}") for number in range(3)]
    runs.request(account=account)
    killed = runs.claim()
    assert killed is not None
    upstream = runs.read_event_types(account)
    for event_type in upstream[:after]:
        event_types.bring_in_step(builder=ada, upstream=event_type, row=None)
    assert runs.claim() is None
    CalendlySync.objects.update(leased_until=clock.now() - timedelta(seconds=1))
    assert runs.work_on_due() == 1
    assert SessionType.objects.count() == CalendlyEventType.objects.count() == len(read)


def test_an_event_type_that_cannot_be_taken_over_holds_up_no_other(
    calendly: CalendlyServer, account: LinkedAccount, ada: User
) -> None:
    """Ada travels to her clients within some miles of her town, which she has removed since."""
    row = calendly.event_type("At your place")
    sync(account)
    SessionType.objects.update(travel_miles=10)
    calendly.state.change_event_type(row["uri"], locations=[{"kind": "ask_invitee"}])
    calendly.event_type("Zoom")
    run = sync(account)
    assert (run.status, run.created) == ("failed", 1)
    assert "“At your place”: To limit how far you travel" in run.error
    assert "All other fields match Calendly." in run.error


def test_the_preview_writes_nothing(calendly: CalendlyServer, account: LinkedAccount, ada: User) -> None:
    row = calendly.event_type("Intro")
    sync(account)
    calendly.state.change_event_type(row["uri"], name="Introduction")
    calendly.event_type("New one")
    changes = event_types.plan(builder=ada.pk, read=runs.read_event_types(account))
    assert {(change.name, change.outcome) for change in changes} == {("Intro", "updated"), ("New one", "created")}
    assert [change.lines for change in changes if change.lines] == [["Name: Intro becomes Introduction"]]
    assert only().title == "Intro"


def test_connecting_again_finds_the_session_types_of_before(
    calendly: CalendlyServer, account: LinkedAccount, ada: User
) -> None:
    calendly.event_type()
    sync(account)
    map_all(ada)
    services.disconnect(account=account, keeps_open=False, by=ada)
    assert (only().is_active, only().calendly_url) == (False, "")
    sync(connect(ada))
    assert SessionType.objects.count() == 1
    assert only().calendly_url


def test_the_token_is_in_no_row_that_people_see(account: LinkedAccount, ada: User, adas: Any) -> None:
    assert TOKEN not in account.secret
    assert TOKEN not in adas.get("/dashboard/connections/").text


NAMES = ("Intro", "Free talk", "Review", "Workshop", "Coaching")


def changed_at_random(calendly: CalendlyServer, chance: random.Random) -> None:
    """Does something to the event types that a person can do at Calendly."""
    state = calendly.state
    rows = list(state.event_types.values())
    act = chance.choice(("new", "new group", "change", "change", "pause", "delete", "back"))
    if act.startswith("new") or not rows:
        calendly.event_type(
            chance.choice(NAMES), seats=6 if act == "new group" else 1, duration=chance.choice((15, 30, 60))
        )
        return
    row = chance.choice(rows)
    changes: dict[str, dict[str, Any]] = {
        "change": {
            "name": chance.choice(NAMES), "duration": chance.choice((20, 45, 90)), "duration_options": None,
            "before_buffer": chance.choice((0, 5, 10)), "color": chance.choice(("#ff0000", "#00ff00")),
            "locations": chance.choice((None, [{"kind": "physical", "location": "Here"}], [{"kind": "ask_invitee"}])),
            "custom_questions": [question(name, "string", 0) for name in chance.sample(NAMES, chance.randint(0, 3))],
        },
        "pause": {"active": False},
        "delete": {"deleted_at": "2026-11-26T10:00:00.000000Z"},
        "back": {"active": True, "deleted_at": None},
    }  # fmt: skip
    state.change_event_type(row["uri"], **changes.get(act, {}))


@pytest.mark.parametrize("seed", range(8))
def test_after_any_history_our_session_types_are_as_at_calendly(
    calendly: CalendlyServer, account: LinkedAccount, ada: User, seed: int
) -> None:
    """Runs are broken off by faults in between; after the last one both sides say the same."""
    chance = random.Random(seed)
    for _ in range(12):
        changed_at_random(calendly, chance)
        if chance.random() < 0.4:
            calendly.state.fail(chance.choice(("500", "garbage", "429")), after=chance.randint(0, 2), times=2)
            sync(account)
            calendly.state.fail("none")
            CalendlySync.objects.filter(finished_at=None).update(due_at=clock.now())
        if chance.random() < 0.3:
            map_all(ada)
    cache.clear()  # closes the breaker
    CalendlySync.objects.filter(finished_at=None).update(due_at=clock.now())
    sync(account)
    map_all(ada)
    assert sync(account).status == "succeeded"
    known = {row.uri: row for row in CalendlyEventType.objects.select_related("session_type")}
    for row in calendly_of(account).event_types(calendly.ada["uri"]):
        if row.uri not in known:
            assert not row.is_active  # never seen while it was active
            continue
        seats = known[row.uri].session_type.seats
        expected = upstream_values(row, seats=seats, is_offered=row.is_active)
        assert local_values(known.pop(row.uri).session_type) == expected
    assert not [row for row in known.values() if row.session_type.is_active]


def test_neither_logs_nor_downloads_have_a_secret(
    calendly: CalendlyServer, account: LinkedAccount, ada: User, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level("DEBUG")
    calendly.event_type()
    for fault in ("500", "garbage", "401"):
        calendly.service.set_fault(fault)
        sync(account)
    details = CalendlyAccount.objects.get(account=account)
    details.webhook_key = "key of the webhook"
    details.save()
    export = " ".join(map(str, personal.exported(ada)))
    for secret in (TOKEN, "key of the webhook", details.webhook_secret):
        assert secret not in caplog.text
        assert secret not in export
    assert account.external_id in export


def test_a_builder_who_loses_the_role_is_disconnected(account: LinkedAccount, ada: User, alex: User) -> None:
    revoke(user=ada, role=Role.BUILDER, by=alex, reason="Left")
    assert LinkedAccount.objects.count() == 0
