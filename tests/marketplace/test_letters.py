"""The weekly letter: when it is due, what it says, that it is sent once, and how it stops."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.test import Client
from hypothesis import given, settings
from hypothesis import strategies as st

from accounts.models import User
from bookings.models import Booking
from coaching.models import SessionType
from core import clock
from core.models import OutboxMessage
from marketplace.letters import services
from marketplace.letters.content import email_of, letter_for
from marketplace.models import LetterChoice, WeeklyLetter
from pathways.models import Pathway, Skill
from pathways.progress import enrolments
from pathways.progress import services as progress
from tests.bookings.cast import confirmed, finished, shop
from tests.cast import make_person
from tests.emails import delivered, html_of, text_of
from tests.factories.marketplace import WeeklyLetterFactory
from tests.scheduling.cast import soon

pytestmark = pytest.mark.django_db


@pytest.fixture
def hour(ada: User) -> SessionType:
    return shop(ada)


@pytest.fixture
def learner(cleo: User, ada: User) -> User:
    """Cleo, who has completed a skill this week."""
    enrolments.enrol(client=cleo, pathway=Pathway.objects.get(slug="play"), builder=ada)
    progress.complete(client=cleo, skill=Skill.objects.get(slug="set-up-your-tools"), by=cleo)
    return cleo


def letters() -> list[OutboxMessage]:
    return list(OutboxMessage.objects.filter(event__startswith="letter:"))


def monday_at(hour: int, zone: str) -> datetime:
    """Returns that hour of a Monday."""
    return datetime(2026, 11, 30, hour, 30, tzinfo=ZoneInfo(zone)).astimezone(UTC)


# When -------------------------------------------------------------------------------------------------------


def test_it_is_sent_on_the_chosen_morning_in_the_persons_zone(learner: User) -> None:
    User.objects.filter(pk=learner.pk).update(timezone="America/New_York")
    zone = "America/New_York"

    assert services.send_due(monday_at(6, zone)) == 0
    assert services.send_due(monday_at(13, zone)) == 0
    assert services.send_due(monday_at(8, "Europe/Berlin")) == 0
    assert services.send_due(monday_at(8, zone) + timedelta(days=1)) == 0
    assert services.send_due(monday_at(8, zone)) == 1


def test_another_day_can_be_chosen(learner: User) -> None:
    services.choose(person=learner, is_wanted=True, weekday=3)

    assert services.send_due(monday_at(8, learner.timezone)) == 0
    assert services.send_due(monday_at(8, learner.timezone) + timedelta(days=3)) == 1


def test_it_is_sent_once_a_week_whatever_runs_again(learner: User) -> None:
    now = monday_at(8, learner.timezone)

    assert [services.send_due(now + timedelta(minutes=minutes)) for minutes in (0, 10, 20)] == [1, 0, 0]
    services.choose(person=learner, is_wanted=True, weekday=4)
    assert services.send_due(now + timedelta(days=4)) == 0
    assert len(letters()) == 1
    assert services.send_due(now + timedelta(days=11)) in (0, 1)


def test_one_letter_that_cannot_be_written_leaves_the_others_to_be_sent(
    learner: User, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    sam = make_person("Sam Fails")
    enrolments.enrol(client=sam, pathway=Pathway.objects.get(slug="play"))

    def failing_for_sam(person: User, *arguments: Any, **options: Any) -> Any:
        if person == sam:
            raise ValueError("no words")
        return letter_for(person, *arguments, **options)

    monkeypatch.setattr(services, "letter_for", failing_for_sam)
    User.objects.filter(pk=sam.pk).update(timezone=learner.timezone)

    assert services.send_due(monday_at(8, learner.timezone)) == 1
    assert [letter.recipient for letter in letters()] == [learner.email]
    assert "a weekly letter could not be written" in caplog.text


def test_nothing_is_sent_when_there_is_nothing_to_say(cleo: User) -> None:
    enrolments.enrol(client=cleo, pathway=Pathway.objects.get(slug="play"))

    assert services.send(person=cleo, now=clock.now()) is False
    assert letters() == []
    assert WeeklyLetter.objects.get().was_sent is False


@pytest.mark.parametrize("field", ["is_active", "wants_mail"])
def test_people_without_mail_get_none(learner: User, field: str) -> None:
    User.objects.filter(pk=learner.pk).update(**{field: False})

    assert services.send_due(monday_at(8, learner.timezone)) == 0


def test_somebody_who_stops_it_while_a_run_goes_on_gets_none(learner: User) -> None:
    services.choose(person=learner, is_wanted=False, weekday=0)

    assert services.send(person=learner, now=clock.now()) is False
    assert letters() == []


@settings(max_examples=60, deadline=None)
@given(
    st.sampled_from(["Europe/Berlin", "America/St_Johns", "Australia/Lord_Howe", "Africa/Cairo", "Pacific/Apia"]),
    st.datetimes(datetime(2026, 1, 1), datetime(2028, 1, 1)),  # noqa: DTZ001  (made aware below)
    st.integers(0, 6),
)
def test_each_week_has_just_one_morning(zone: str, naive: datetime, weekday: int) -> None:
    """In each week, also with a change of the clocks, the job that runs every ten minutes finds one morning of a few hours."""
    start = naive.replace(tzinfo=UTC)
    moments = [start + timedelta(minutes=30 * number) for number in range(7 * 48)]

    due = [moment for moment in moments if services.is_due(weekday, zone, moment)]

    weeks = {services.week_of(zone, moment) for moment in due}
    days = {moment.astimezone(ZoneInfo(zone)).date() for moment in due}
    assert 1 <= len(days) <= 2
    assert len(days) == len(weeks)
    assert all(day.weekday() == weekday for day in days)


# What -------------------------------------------------------------------------------------------------------


def test_it_has_the_progress_the_next_session_and_one_suggestion(
    learner: User, hour: SessionType, client: Client
) -> None:
    session = confirmed(hour, learner)
    email = email_of(services.preview(learner, clock.now()))

    assert "“Set up your tools”" in email.paragraphs[0]
    assert email.subject.startswith("Your week: 1 skill completed, next session")
    facts = dict(email.facts)
    assert session.title in facts["Next session"]
    assert facts["Next skill"].endswith("(Play)")


def test_a_skill_that_was_taken_back_is_not_praised(learner: User) -> None:
    progress.undo(client=learner, skill=Skill.objects.get(slug="set-up-your-tools"), by=learner)

    assert services.preview(learner, clock.now()).skills == []


def test_the_next_letter_begins_where_the_last_one_ended(learner: User) -> None:
    services.send(person=learner, now=clock.now())

    assert services.preview(learner, clock.now() + timedelta(seconds=1)).skills == []


def test_a_builder_reads_about_their_week(hour: SessionType, cleo: User, ada: User) -> None:
    finished(hour, cleo, soon(10))
    confirmed(hour, cleo, soon(12))

    email = email_of(services.preview(ada, clock.now()))

    facts = dict(email.facts)
    assert facts["Sessions held"] == "1"
    assert facts["Next seven days"] == "1 session"
    assert "Worth" in facts or Booking.objects.filter(total=0).exists()


def test_it_takes_few_queries(learner: User, hour: SessionType, django_assert_max_num_queries: Any) -> None:
    for number in range(3):
        confirmed(hour, learner, soon(10 + number))

    with django_assert_max_num_queries(24):
        email_of(services.preview(learner, clock.now()))


def test_what_was_written_is_kept_for_90_days(learner: User) -> None:
    now = clock.now()
    for days in (91, 89):
        WeeklyLetterFactory.create(person=learner, week=(now - timedelta(days=days)).date())

    services.forget_old(now)

    assert [now.date() - letter.week for letter in WeeklyLetter.objects.all()] == [timedelta(days=89)]


# Stopping ---------------------------------------------------------------------------------------------------


def test_the_mail_has_the_headers_of_one_click_and_the_click_stops_it(learner: User, mail_folder: Path) -> None:
    services.send(person=learner, now=clock.now())
    (letter,) = [mail for mail in delivered(mail_folder) if mail["Subject"].startswith("Your week")]
    address = letter["List-Unsubscribe"].strip(" <>")

    assert letter["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert address in text_of(letter)
    assert address in html_of(letter)
    path = address[address.index("/stop/") :]
    browser = Client(enforce_csrf_checks=True)
    browser.get(path)
    assert not LetterChoice.objects.exists()

    assert "no more of these mails" in browser.post(path, {"List-Unsubscribe": "One-Click"}).content.decode()
    assert services.choice_of(learner).is_wanted is False
    assert services.send_due(monday_at(8, learner.timezone) + timedelta(days=7)) == 0


def test_the_page_shows_the_letter_and_has_the_switch(learner: User, client: Client) -> None:
    client.force_login(learner)
    assert "Set up your tools" in client.get("/me/letter/").content.decode()
    assert not WeeklyLetter.objects.exists()

    client.post("/me/letter/", {"weekday": "4"})
    choice = LetterChoice.objects.get()
    assert (choice.is_wanted, choice.weekday) == (False, 4)
    assert client.post("/me/letter/", {"weekday": "9"}).status_code == 422


def test_a_mail_without_a_way_to_stop_it_has_no_such_headers(hour: SessionType, cleo: User, mail_folder: Path) -> None:
    confirmed(hour, cleo)

    mails = delivered(mail_folder)
    assert mails
    assert not any(mail["List-Unsubscribe"] for mail in mails)
