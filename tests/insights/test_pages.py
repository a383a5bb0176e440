"""The pages of insights: what they say, their tables, files and definitions, and who may open them."""

from __future__ import annotations

from datetime import datetime, timedelta
from html import unescape
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from accounts.models import User
from bookings.models import Booking
from bookings.states import State
from coaching.models import Offer, SessionType
from core import clock
from insights.definitions import FIGURES, OPERATORS_ONLY
from insights.sections import MOST_TYPES
from scheduling.models import Schedule
from tests.bookings.cast import shop
from tests.cast import make_person
from tests.factories.bookings import BookingAttemptFactory, BookingFactory
from tests.factories.coaching import ServiceFactory
from tests.factories.core import DemandEventFactory
from tests.factories.pathways import AwardFactory, EnrolmentFactory, GoalEventFactory
from tests.insights.cast import random_history
from tests.reading import visible_text
from tests.scheduling.cast import open_hours

pytestmark = pytest.mark.django_db
PAGE, WHOLE = "/dashboard/insights/", "/operations/insights/"
QUERIES_OF_WHOLE = 18


@pytest.fixture
def hour(ada: User) -> SessionType:
    return shop(ada)


@pytest.fixture
def adas(ada: User) -> Client:
    client = Client()
    client.force_login(ada)
    return client


@pytest.fixture
def suris(suri: User) -> Client:
    client = Client()
    client.force_login(suri)
    return client


def completed(session_type: SessionType, client: User, days_ago: int, **fields: Any) -> Booking:
    start = clock.now().replace(hour=10, minute=0, second=0, microsecond=0) - timedelta(days=days_ago)
    return BookingFactory.create(
        session_type=session_type, client=client, state=State.COMPLETED, starts_at=start,
        ends_at=start + timedelta(hours=1), confirmed_at=start, completed_at=start, total=80, currency="EUR", **fields,
    )  # fmt: skip


def test_without_bookings_each_section_says_so(adas: Client, hour: SessionType) -> None:
    page = visible_text(adas.get(PAGE))

    assert "Choose a longer period: 0 sessions are too few to say what to change." in page
    for sentence in (
        "No session began in this period.",
        "Nobody has tried to book",
        "Nothing was earned",
        "Nobody is on a pathway",
    ):
        assert sentence in page
    assert 'class="chart"' not in adas.get(PAGE).content.decode(), "a chart of nothing is left out"


def test_the_page_shows_findings_definitions_and_the_period_before(adas: Client, hour: SessionType, cleo: User) -> None:
    for days_ago in (2, 3, 40):
        completed(hour, cleo, days_ago)

    response = adas.get(PAGE)
    page = visible_text(response)

    assert "2 sessions were completed, 0 cancelled" in page
    assert "Completed 2 before: 1" in page
    assert "Income €160.00 before: €80.00" in page
    assert "100 % of 1 client had completed a session before." in page
    for figure in FIGURES.values():
        if figure.name not in OPERATORS_ONLY | {"by_pathway"}:
            assert " ".join(figure.definition.split()) in unescape(page), figure.name
    assert response.content.decode().count('role="img"') >= 5


def test_comparing_can_be_left_out_and_the_period_chosen(adas: Client, hour: SessionType, cleo: User) -> None:
    completed(hour, cleo, 40)

    page = visible_text(adas.get(PAGE, {"period": "90", "compare": "none"}))

    assert "before:" not in page
    assert "1 session was completed" in page


@pytest.mark.parametrize(
    ("query", "sentence"),
    [
        ({"period": "dates"}, "Enter a date."),
        ({"period": "dates", "first": "2026-03-02", "last": "2026-03-01"}, "The last day is before the first."),
        ({"period": "dates", "first": "2020-03-02", "last": "2026-03-01"}, "Choose two years at most."),
        ({"period": "nonsense"}, "Select a valid choice"),
        ({"session": "nonsense"}, "Select a valid choice"),
    ],
)
def test_what_is_no_period_is_refused_beside_its_field(
    adas: Client, hour: SessionType, query: dict[str, str], sentence: str
) -> None:
    response = adas.get(PAGE, query)

    assert response.status_code == 422
    assert sentence in visible_text(response)


def test_figures_of_one_session_type(adas: Client, ada: User, hour: SessionType, cleo: User) -> None:
    completed(hour, cleo, 2)
    other = BookingFactory.create(session_type__builder=ada).session_type

    assert "1 session was completed" in visible_text(adas.get(PAGE, {"session": str(hour.pk)}))
    assert "0 sessions were completed" in visible_text(adas.get(PAGE, {"session": str(other.pk)}))


def test_every_table_can_be_downloaded(adas: Client, hour: SessionType, cleo: User) -> None:
    completed(hour, cleo, 2)
    page = adas.get(PAGE).content.decode()
    addresses = [part.split('"')[0] for part in page.split('href="') if ".csv" in part.split('"')[0]]

    assert len(addresses) == 14
    for address in addresses:
        response = adas.get(address.replace("&amp;", "&"))
        assert response["Content-Type"].startswith("text/csv"), address
    file = adas.get(f"{PAGE}lengths.csv").content.decode("utf-8-sig").splitlines()
    assert file == ["Length,Sessions,Share", "1 h,1,100 %"]
    assert adas.get(f"{PAGE}nothing.csv").status_code == 404


def test_the_funnel_is_shown_by_session_with_what_was_refused(adas: Client, hour: SessionType) -> None:
    now = clock.now() - timedelta(days=1)
    for number in range(4):
        BookingAttemptFactory.create(
            session_type=hour, started_at=now, day=now.date(), details_at=now if number else None,
            completed_at=now if number == 3 else None, failed_at=now if number == 0 else None,
            reason="slot_taken" if number == 0 else "",
        )  # fmt: skip

    page = visible_text(adas.get(PAGE))

    assert "1 of 4 people who chose a time booked (25 %)." in page
    assert f"{hour.title} 4 3 1 25 %" in page
    assert "slot taken 1" in page
    assert "Open more hours: 1 person chose a time that was taken a moment before." in page


def test_demand_for_a_builder_is_who_waited_for_them_and_searches_for_their_services(
    adas: Client, ada: User, hour: SessionType, cleo: User
) -> None:
    today = clock.now().date()
    DemandEventFactory.create(kind="waiting", day=today, words="", builder=ada, session_type=hour.pk, count=3)
    DemandEventFactory.create(kind="waiting", day=today, words="", builder=cleo, count=5)
    DemandEventFactory.create(kind="search", day=today, service="somebody-elses", count=7)

    page = visible_text(adas.get(PAGE))

    assert "3 people looked for a session and found none." in page
    assert "Open more hours: 3 people waited for a time and were never offered one." in page


@pytest.fixture
def last_monday() -> datetime:
    """Midnight of the last Monday that is over, on the clock of Berlin, where Ada lives."""
    today = clock.now().astimezone(ZoneInfo("Europe/Berlin")).replace(hour=0, minute=0, second=0, microsecond=0)
    return today - timedelta(days=today.weekday() or 7)


def empty_hours_on_the_page(client: Client) -> str:
    page = visible_text(client.get(PAGE))
    return page.partition("Open hours without a session")[2].partition("How this is counted")[0]


def test_an_hour_in_which_a_session_goes_on_is_not_empty(
    adas: Client, ada: User, hour: SessionType, last_monday: datetime
) -> None:
    Schedule.objects.all().delete()
    open_hours(ada, [(0, 9 * 60, 14 * 60)])
    BookingFactory.create(
        session_type=hour, state=State.CONFIRMED, starts_at=last_monday.replace(hour=10),
        ends_at=last_monday.replace(hour=12),
    )  # fmt: skip

    assert "Monday 09:00–10:00, 12:00–14:00" in empty_hours_on_the_page(adas)


def test_empty_hours_are_on_the_clock_of_the_schedule(
    adas: Client, ada: User, hour: SessionType, last_monday: datetime
) -> None:
    """Ada has moved to Tokyo, and goes on working by the clock of Berlin."""
    Schedule.objects.all().delete()
    open_hours(ada, [(0, 9 * 60, 12 * 60)], timezone="Europe/Berlin")
    User.objects.filter(pk=ada.pk).update(timezone="Asia/Tokyo")
    BookingFactory.create(
        session_type=hour, state=State.CONFIRMED, starts_at=last_monday.replace(hour=9),
        ends_at=last_monday.replace(hour=10),
    )  # fmt: skip

    assert "Monday 10:00–12:00" in empty_hours_on_the_page(adas)


def test_the_funnel_names_the_sessions_that_people_tried_most(adas: Client, suris: Client, ada: User) -> None:
    """The page of the whole place has the titles of so many only; more rows would all be the same."""
    day = clock.now().date()
    for _ in range(MOST_TYPES + 2):
        BookingAttemptFactory.create(session_type__builder=ada, started_at=clock.now(), day=day)

    page = visible_text(suris.get(WHOLE))

    assert f"of {MOST_TYPES + 2} people who chose a time booked" in page
    assert "A former session" not in page


def test_builders_who_are_blocked_are_no_supply(suris: Client, ada: User, hour: SessionType) -> None:
    service = ServiceFactory.create(name="Tuba")
    Offer.objects.get(builder=ada).services.add(service)
    assert "Tuba 1 0 0" in visible_text(suris.get(WHOLE))

    User.objects.filter(pk=ada.pk).update(is_active=False)

    assert "Tuba 1" not in visible_text(suris.get(WHOLE))


def test_a_page_of_one_pathway_says_what_is_of_all_pathways(suris: Client, hour: SessionType) -> None:
    pathway = EnrolmentFactory.create().pathway
    sentence = "people who found nothing are those of all pathways"

    assert sentence in visible_text(suris.get(WHOLE, {"pathway": pathway.slug}))
    assert sentence not in visible_text(suris.get(WHOLE))


def test_staff_narrow_it_down_to_a_kind_of_session_also_in_a_file(
    suris: Client, hour: SessionType, django_assert_num_queries: Any
) -> None:
    now = clock.now()
    BookingFactory.create(
        session_type=hour, state="COMPLETED", starts_at=now - timedelta(hours=3), ends_at=now - timedelta(hours=2),
        total=80,
    )  # fmt: skip
    with django_assert_num_queries(QUERIES_OF_WHOLE):
        one_to_one = visible_text(suris.get(WHOLE, {"kind": "one-to-one"}))
    group = visible_text(suris.get(WHOLE, {"kind": "group"}))
    files = [suris.get(f"{WHOLE}sessions.csv", {"kind": kind}).content.decode() for kind in ("one-to-one", "group")]

    assert "found nothing are those of all kinds of session" in one_to_one
    assert "1 session was completed" in one_to_one
    assert "1 session was completed" not in group
    assert files[0] != files[1]
    assert suris.get(WHOLE, {"kind": "nonsense"}).status_code == 422


def test_cohorts_of_few_people_are_hidden(adas: Client, ada: User, hour: SessionType) -> None:
    EnrolmentFactory.create(builder=ada)

    page = visible_text(adas.get(PAGE))

    assert "1 client is on a pathway" in page
    assert "fewer than 5 – – hidden" in page


def test_operators_read_what_became_of_goals_and_which_badges_people_got(suris: Client) -> None:
    yesterday = clock.now() - timedelta(days=1)
    reached = GoalEventFactory.create(at=yesterday, verb="reach")
    GoalEventFactory.create(at=yesterday, verb="reach", goal=reached.goal)
    GoalEventFactory.create(at=yesterday - timedelta(days=400), verb="reach")
    AwardFactory.create(awarded_at=yesterday, badge__name="Ten days")
    AwardFactory.create(awarded_at=yesterday, revoked_at=yesterday)

    page = visible_text(suris.get(WHOLE))
    assert "1 goal reached, 1 badge awarded." in page
    assert "Ten days" in page
    assert "Reached,1" in suris.get(f"{WHOLE}goals.csv").content.decode()


def test_operators_read_where_demand_finds_no_supply(suris: Client, ada: User, hour: SessionType, cleo: User) -> None:
    completed(hour, cleo, 2)
    today = clock.now().date()
    DemandEventFactory.create(day=today, words="zither", town="Reykjavik", service="tuba", count=4)

    page = visible_text(suris.get(WHOLE))

    assert "1 session was completed" in page
    assert "There is no builder for Reykjavik." in page
    assert "“zither” was searched for most without results: 4 times." in page
    assert "Reykjavik 0 0 4" in page
    assert "Roles over time" in page
    assert "What should you change" not in page


def test_the_pages_cost_the_same_number_of_queries_for_few_and_many_bookings(
    adas: Client, suris: Client, hour: SessionType
) -> None:
    counts = []
    for count in (5, 60):
        random_history(hour, count, count=count)
        row = []
        for client, page in ((adas, PAGE), (suris, WHOLE)):
            client.get(page)
            with CaptureQueriesContext(
                connection,
            ) as queries:
                client.get(page, {"period": "dates", "first": "2026-02-01", "last": "2026-05-31"})
            row.append(len(queries))
        counts.append(row)

    assert counts == [[10, 19], [10, 19]]


def test_the_insights_of_the_whole_place_are_for_staff(adas: Client, suris: Client, ada: User) -> None:
    assert adas.get(WHOLE).status_code == 403
    assert adas.get(f"{WHOLE}roles.csv").status_code == 403
    assert suris.get(PAGE).status_code == 403
    assert suris.get(f"{WHOLE}roles.csv").status_code == 200
    client = Client()
    client.force_login(make_person("Sam Stranger"))
    assert client.get(PAGE).status_code == 403
