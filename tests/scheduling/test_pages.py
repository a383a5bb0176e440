"""The pages for schedules, the preview, the calendar feed, free times, and integrity checks."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import icalendar
import pytest
from django.core.management import call_command
from django.db import connection
from django.test import Client
from django.urls import reverse

from accounts.models import User
from core import clock, hour_format
from core.registry import integrity_findings
from scheduling import claims, free_times
from scheduling.hours_text import ClockChange, InvalidHours, format_hours, next_changes, parse_hours
from scheduling.models import OfferedDay, Reservation, Schedule, SessionAvailability
from scheduling.services import set_exception
from tests.factories.scheduling import ReservationFactory, SeatFactory
from tests.scheduling.cast import BERLIN, ask, free_session, offer, open_hours, rates, soon, visitor

pytestmark = pytest.mark.django_db


def form(**changes: Any) -> dict[str, Any]:
    return {
        "name": "Usual", "timezone": "Europe/Berlin", "buffer_before": "0", "buffer_after": "15",
        "minimum_notice": "120", "horizon_days": "60", "day_0": "9-12, 13:00 to 17", "day_4": "22:00–24:00", **changes,
    }  # fmt: skip


@pytest.mark.parametrize(
    ("text", "hours"),
    [
        ("", []), ("closed", []), ("-", []),
        ("9-12", [(540, 720)]), ("09:00–12:00, 13:00–17:00", [(540, 720), (780, 1020)]),
        ("13 to 17:30; 9.15-12", [(555, 720), (780, 1050)]), ("22:00-24:00", [(1320, 1440)]), ("0-24", [(0, 1440)]),
        ("9-12 and 14-15", [(540, 720), (840, 900)]), ("22-0", [(1320, 1440)]),
        ("9am-12pm, 1 PM to 5:30 p.m.", [(540, 720), (780, 1050)]), ("9-5pm", [(540, 1020)]), ("1-5pm", [(780, 1020)]),
        ("10-12pm", [(600, 720)]), ("9am-5", [(540, 1020)]), ("12am-12am", [(0, 1440)]), ("12-1am", [(0, 60)]),
        ("9 to 5", [(540, 1020)]), ("9:30-5:15", [(570, 1035)]), ("12 to 5", [(720, 1020)]), ("1 to 5", [(60, 300)]),
        ("9 to 12 and 1 to 5", [(540, 720), (780, 1020)]), ("13-17, 9-12", [(540, 720), (780, 1020)]),
    ],
)  # fmt: skip
def test_hours_are_parsed_as_people_write_them(text: str, hours: list[tuple[int, int]]) -> None:
    assert parse_hours(text) == hours
    assert parse_hours(format_hours(hours)) == hours
    with hour_format.override("12"):
        assert parse_hours(format_hours(hours)) == hours


@pytest.mark.parametrize(
    "text",
    ["nine to five", "9", "9-25", "12-09", "22-9", "9:75-10", "24-25", "9-12-15", "13pm-15pm", "0am-1am", "5pm-1pm"],
)
def test_invalid_hours_are_quoted_in_the_error(text: str) -> None:
    with pytest.raises(InvalidHours, match=text):
        parse_hours(text)


def test_a_first_week_is_saved_and_can_be_booked(adas: Client, ada: User) -> None:
    page = adas.post(reverse("scheduling:availability"), form(), follow=True).content.decode()

    assert "Clients see the new times at once." in page
    schedule = Schedule.objects.get()
    assert (schedule.is_default, schedule.buffer_after) == (True, 15)
    assert [(rule.weekday, rule.start, rule.end) for rule in schedule.rules.all()] == [
        (0, 540, 720), (0, 780, 1020), (4, 1320, 1440),
    ]  # fmt: skip
    assert "the clocks go" in page


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"day_0": "nine"}, "“nine” is not a stretch of time."),
        ({"day_0": "9-12, 11-13"}, "Monday: 09:00–12:00 and 11:00–13:00 overlap."),
        ({"timezone": "Mars/Olympus"}, "Select a valid choice"),
        ({"name": ""}, "Give it a name."),
        ({"horizon_days": "9999"}, "less than or equal to 730"),
    ],
)
def test_an_invalid_form_shows_the_error_and_keeps_the_input(adas: Client, changes: dict[str, Any], words: str) -> None:
    page = adas.post(reverse("scheduling:availability"), form(**changes))

    assert page.status_code == 422
    assert words in page.content.decode()
    assert "22:00–24:00" in page.content.decode(), "what was typed is kept"
    assert not Schedule.objects.exists()


def test_copying_a_day_fills_the_form_and_saves_nothing(adas: Client) -> None:
    page = adas.post(reverse("scheduling:availability"), form(copy="day_0")).content.decode()

    assert page.count('value="9-12, 13:00 to 17"') == 7
    assert not Schedule.objects.exists()


def test_exceptions_public_holidays_and_time_off_are_saved(adas: Client, ada: User) -> None:
    schedule = open_hours(ada, holiday_country="DE")
    free = free_session(ada)
    day = soon(9).astimezone(BERLIN).date()
    path = reverse("scheduling:set_exception", args=[schedule.pk])

    adas.post(path, {"exception-date": str(day), "exception-hours": "20-21"})
    page = adas.get(reverse("scheduling:availability")).content.decode()
    assert "20:00–21:00" in page
    claims.hold(ask(free, soon(20), minutes=30))
    adas.post(path, {"remove": str(day)})
    assert "20:00–21:00" not in adas.get(reverse("scheduling:availability")).content.decode()
    assert "New Year" in page

    new_year = date(day.year + 1, 1, 1)
    adas.post(reverse("scheduling:work_on_holiday", args=[schedule.pk]), {"day": str(new_year), "works": "1"})
    assert schedule.worked_holidays.get().date == new_year
    adas.post(reverse("scheduling:work_on_holiday", args=[schedule.pk]), {"day": str(new_year), "works": "0"})
    assert not schedule.worked_holidays.exists()

    adas.post(
        reverse("scheduling:take_time_off"), {"off-first": str(day), "off-last": str(day), "off-note": "At the sea"}
    )
    off = Reservation.objects.get(kind="TIME_OFF")
    assert (off.during.lower, off.during.upper) == (soon(0), soon(0, days=4))
    assert "At the sea" in adas.get(reverse("scheduling:availability")).content.decode()
    adas.post(reverse("scheduling:end_time_off", args=[off.pk]))
    off.refresh_from_db()
    assert off.released_at is not None


def test_the_month_shows_days_with_other_hours(adas: Client, ada: User) -> None:
    schedule = open_hours(ada, holiday_country="DE")
    path = reverse("scheduling:schedule", args=[schedule.pk])
    year = clock.now().year + 1
    set_exception(schedule=schedule, day=date(year, 12, 23), intervals=[(600, 660)], by=ada)

    page = adas.get(path, {"month": f"{year}-12", "day": f"{year}-12-24"}).content.decode()
    assert f"December {year}" in page
    assert "Christmas Day" in page
    assert '<td class="month__day month__day--exception">' in page
    assert f'value="{year}-12-24"' in page, "the form is ready for the day that was clicked"
    for nonsense in ("", "2026-13", "9999-01", "<b>"):
        assert adas.get(path, {"month": nonsense}).status_code == 200


def test_a_holiday_schedule_needs_its_dates(adas: Client, ada: User) -> None:
    open_hours(ada)
    path = reverse("scheduling:new_schedule", args=["holiday"])
    assert adas.post(path, form(name="Summer")).status_code == 422

    adas.post(path, form(name="Summer", starts_on="2027-07-01", ends_on="2027-07-31"))
    assert Schedule.objects.get(kind="holiday").name == "Summer"
    clash = adas.post(path, form(name="Sea", starts_on="2027-07-31", ends_on="2027-08-02"))
    assert "“Sea” (31 Jul 2027 to 2 Aug 2027) and “Summer”" in clash.content.decode()


def test_deleting_a_schedule_asks_first_and_the_default_is_refused(adas: Client, ada: User) -> None:
    usual, other = open_hours(ada), open_hours(ada, name="Other")
    assert adas.post(reverse("scheduling:delete", args=[usual.pk])).status_code == 409
    assert "Delete “Other”?" in adas.get(reverse("scheduling:delete", args=[other.pk])).content.decode()

    adas.post(reverse("scheduling:make_default", args=[other.pk]))
    adas.post(reverse("scheduling:delete", args=[usual.pk]))
    assert Schedule.objects.get() == other


def test_the_preview_shows_free_times_and_why_others_are_missing(adas: Client, ada: User) -> None:
    open_hours(ada)
    free = free_session(ada)
    day = soon(9).astimezone(BERLIN).date()
    ada.refresh_from_db()
    seen = adas.get(
        reverse("scheduling:preview"), {"day": str(day), "zone": "Asia/Kathmandu", "at": "03:00"}
    ).content.decode()

    in_kathmandu = soon(9).astimezone(ZoneInfo("Asia/Kathmandu"))
    assert f"{in_kathmandu:%H:%M}" in seen
    assert "Outside the working hours" in seen
    claims.book(ask(free, soon(9), minutes=30))
    gone = adas.get(reverse("scheduling:preview"), {"day": str(day), "at": "09:00"}).content.decode()
    assert gone.count("why is it not offered?") == 1, "only what is taken; each can be clicked"
    assert "This time is booked, or somebody is booking it now." in gone
    assert "can be booked" in adas.get(reverse("scheduling:preview"), {"day": str(day), "at": "10:00"}).content.decode()


def test_the_preview_without_a_session_type(adas: Client) -> None:
    assert "Nothing to see yet" in adas.get(reverse("scheduling:preview")).content.decode()


def test_the_feed_is_read_by_its_secret_address_until_it_is_replaced(adas: Client, ada: User) -> None:
    open_hours(ada)
    claims.book(ask(free_session(ada), soon(9), minutes=30))
    page = adas.post(reverse("scheduling:feed_address")).content.decode()
    address = page.split('<pre tabindex="0">')[1].split("</pre>")[0].replace("http://testserver", "")

    answer = Client().get(address)
    (event,) = icalendar.Calendar.from_ical(answer.content).events
    assert (event.start, event.end) == (soon(9), soon(9, 30))
    assert str(event["SUMMARY"]) == "Getting started"
    assert "no-store" in answer["Cache-Control"]
    assert address.split("/")[-1].removesuffix(".ics") not in str(list(ada.__class__.objects.values())), "stored hashed"

    adas.post(reverse("scheduling:feed_address"))
    assert Client().get(address).status_code == 404, "a new address ends the old one"
    adas.post(reverse("scheduling:feed_address"), {"close": "1"})
    assert not hasattr(User.objects.get(pk=ada.pk), "calendar_feed")


def test_session_availability_has_the_next_slot(ada: User) -> None:
    rates(ada)
    open_hours(ada, minimum_notice=60)
    paid = offer(ada)
    free_times.refresh([ada.pk])
    row = SessionAvailability.objects.get(session_type=paid)

    from scheduling.queries import free_times as ask_engine

    now = clock.now()
    at = int(now.timestamp())
    slots = ask_engine(paid, 60, (at, at + 14 * 86_400), now)
    assert row.next_slot == datetime.fromtimestamp(slots[0].start, UTC)
    assert (row.is_bookable, str(row.price_from), row.currency) == (True, "90.0000", "USD")
    assert row.open_minutes >= 13 * 480


@pytest.mark.django_db(transaction=False)
def test_booking_the_next_slot_changes_session_availability(ada: User, django_capture_on_commit_callbacks: Any) -> None:
    rates(ada)
    open_hours(ada)
    paid = offer(ada)
    free_times.refresh([ada.pk])
    before = SessionAvailability.objects.get(session_type=paid).next_slot
    assert before
    connection.run_on_commit.clear()  # the test's transaction is never committed, so a pending refresh would suppress the next one

    with django_capture_on_commit_callbacks(execute=True):
        claims.book(ask(paid, before))
    after = SessionAvailability.objects.get(session_type=paid).next_slot
    assert after
    assert after > before


@pytest.mark.parametrize("count", [1, 20])
def test_refreshing_costs_the_same_queries_for_few_and_many(count: int, django_assert_num_queries: Any) -> None:
    from tests.cast import make_builder_person

    people = [make_builder_person(f"Builder {number}") for number in range(count)]
    for person in people:
        open_hours(person)
        free_session(person)

    with django_assert_num_queries(9):
        free_times.refresh([person.pk for person in people])


def test_offered_minutes_are_saved_when_the_day_has_ended(ada: User) -> None:
    schedule = open_hours(ada)
    yesterday = clock.now().astimezone(BERLIN).date() - timedelta(days=1)
    set_exception(schedule=schedule, day=yesterday, intervals=[(540, 660)], by=ada)
    midnight = soon(0, days=-1)
    claims.block(builder=ada.pk, start=midnight + timedelta(hours=10), end=midnight + timedelta(hours=23))

    free_times.keep_offered_days(clock.now())
    free_times.keep_offered_days(clock.now())

    kept = OfferedDay.objects.get()
    assert (kept.date, kept.minutes) == (yesterday, 60)


@pytest.mark.parametrize(("zone", "count"), [("Europe/Berlin", 2), ("Australia/Lord_Howe", 2), ("Asia/Kathmandu", 0)])
def test_the_next_changes_of_the_clocks(zone: str, count: int) -> None:
    changes = next_changes(ZoneInfo(zone), clock.now())

    assert len(changes) == count
    if zone == "Australia/Lord_Howe":
        assert {abs(change.minutes) for change in changes} == {30}


def test_a_change_of_the_clocks_names_the_hours_it_affects() -> None:
    change = ClockChange(date(2027, 3, 28), 60)

    assert change.effect([(540, 1020)], BERLIN) == "Your hours stay the same on that day."
    assert change.effect([(0, 300), (540, 600)], BERLIN) == "00:00–05:00 lasts 4 hours on that day."


def test_the_why_not_command_names_the_reason(ada: User, capsys: pytest.CaptureFixture[str]) -> None:
    open_hours(ada)
    free_session(ada)
    call_command("why_not", "ada-moreno", f"{soon(20).astimezone(BERLIN):%Y-%m-%dT%H:%M}")
    assert "hours: Outside the working hours" in capsys.readouterr().out
    call_command("why_not", "ada-moreno", soon(10).isoformat())
    assert "It can be booked." in capsys.readouterr().out


def test_integrity_checks_report_faults_and_nothing_else(ada: User) -> None:
    open_hours(ada)
    paid = offer(ada, seats=1)
    rates(ada)
    good = claims.book(ask(paid, soon(9)))
    assert integrity_findings(clock.now()) == []

    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute("ALTER TABLE scheduling_reservation DROP CONSTRAINT no_double_booking")
    row = {"builder": ada, "session_type": paid}
    ReservationFactory.create(during=(soon(9), soon(10)), **row)
    SeatFactory.create(reservation=good.reservation)
    long_ago = clock.now() - timedelta(hours=3)
    ReservationFactory.create(during=(soon(14), soon(15)), kind="HOLD", expires_at=long_ago, **row)

    checks = {finding.check for finding in integrity_findings(clock.now())}
    assert checks == {"time: overlaps", "time: oversold", "time: orphans", "time: old holds"}


def test_a_builder_without_hours_has_no_slots(client: Client, ada: User) -> None:
    free_session(ada)

    answer = client.get("/api/coaching/sessions/available?coachId=ada-moreno")

    assert answer.json()["availableSlots"] == []
    assert visitor("x").is_stranger
