"""Alarms: limits from the file, one message for each change of state, metrics, rules and the runbook."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.core.signals import got_request_exception
from django.test import Client
from prometheus_client.parser import text_string_to_metric_families

from accounts.models import User
from config.embedded.paths import PROJECT
from connections.models import Connection
from core import clock, outbox
from core.models import OutboxMessage
from operations.alarms import services as alarm_services
from operations.alarms.checks import limits_of_alarms
from operations.alarms.definitions import ALARMS, BY_NAME
from operations.alarms.limits import limits
from operations.models import AlarmState, ErrorCount
from payments.models import ProviderCheck
from tests.at_once import DONE, at_once
from tests.emails import delivered
from tests.factories.bookings import BookingAttemptFactory, BookingEventFactory, FunnelCountFactory
from tests.factories.connections import ConnectionFactory
from tests.factories.core import HeartbeatFactory, OutboxMessageFactory
from tests.factories.operations import AlarmStateFactory, BackupRecordFactory, ErrorCountFactory
from tests.factories.payments import PaymentFactory, ProviderCheckFactory
from tests.outside import outside_server

MINUTE = timedelta(minutes=1)


def later(minutes: float = 0) -> datetime:
    return clock.now() + minutes * MINUTE


def is_on(name: str) -> bool:
    return AlarmState.objects.get(name=name).is_on


@pytest.mark.django_db
def test_an_alarm_is_reported_once_when_it_goes_on_and_once_when_it_is_over(
    settings: Any, mail_folder: Path, tmp_path: Path
) -> None:
    settings.ALARM_MAIL = ["ops@waymark.test"]
    with outside_server(settings) as chat:
        settings.ALARM_WEBHOOK = chat.answer("/hook")
        settings.ALARMS_FILE = str(tmp_path / "own.toml")
        Path(settings.ALARMS_FILE).write_text("[unread_health]\nlimit = 99\n[disk]\nlimit = 0\n")
        for minutes in (0, 1, 2):
            alarm_services.evaluate(later(minutes))
        BackupRecordFactory.create()
        for minutes in (3, 4):
            alarm_services.evaluate(later(minutes))

        emails = delivered(mail_folder)
        bodies = [json.loads(body) for body in chat.bodies]

    assert [str(email["Subject"]) for email in emails] == [
        "Alarm: There is no recent backup", "Over: There is no recent backup",
    ]  # fmt: skip
    assert [(body["alarm"], body["state"], body["value"]) for body in bodies] == [
        ("backup_age", "on", None), ("backup_age", "off", pytest.approx(0, abs=1)),
    ]  # fmt: skip
    assert bodies[0]["runbook"].endswith("/operations/alarms/backup_age/")


def messages_of_disk() -> list[str]:
    return list(OutboxMessage.objects.filter(event__startswith="alarm:disk").values_list("event", flat=True))


def test_two_workers_report_a_change_once(committed: None, settings: Any, tmp_path: Path) -> None:
    settings.ALARM_MAIL = ["ops@waymark.test"]
    settings.ALARMS_FILE = str(tmp_path / "full.toml")
    Path(settings.ALARMS_FILE).write_text("[disk]\nlimit = 101\nclear = 102\nminutes = 0\n")
    now = clock.now()

    outcomes = at_once(*[lambda: alarm_services.evaluate(now)] * 2)

    assert outcomes == [DONE, DONE]
    assert is_on("disk")
    assert len(messages_of_disk()) == 1


@pytest.mark.django_db
def test_an_alarm_goes_on_only_if_its_limit_is_passed_without_a_break_and_keeps_its_state_between_the_limits() -> None:
    message = OutboxMessageFactory.create()

    def evaluate_with_age(minutes: float, at: datetime) -> bool:
        OutboxMessage.objects.filter(pk=message.pk).update(due_at=at - minutes * MINUTE)
        alarm_services.evaluate(at)
        return is_on("queue_age")

    ages = [(0, 20), (1, 4), (2, 20), (3, 21), (4, 22), (5, 8), (6, 4)]  # limits: 15 for 2 minutes, clear 5

    states = [evaluate_with_age(age, later(minutes)) for minutes, age in ages]

    assert states == [False, False, False, False, True, True, False]


def many_errors() -> None:
    BookingAttemptFactory.create_batch(3)
    ErrorCountFactory.create(area=ErrorCount.Area.BOOKING, count=6)


CAUSES: dict[str, Callable[[], object]] = {
    "booking_errors": many_errors,
    "failed_payments": lambda: PaymentFactory.create_batch(10, problem="Your card was declined."),
    "unread_health": lambda: HeartbeatFactory.create(name="beat", seen_at=clock.now() - timedelta(hours=1)),
    "unread_calendars": lambda: ConnectionFactory.create_batch(10, state=Connection.State.FAILING),
    "backup_age": lambda: BackupRecordFactory.create(finished_at=clock.now() - timedelta(hours=30)),
    "reconciliation": lambda: ProviderCheckFactory.create(name=ProviderCheck.Name.LEDGER, count=2, problem="Two."),
}


@pytest.mark.django_db
def test_each_cause_passes_the_limit_of_its_alarm() -> None:
    known = limits()
    for make in CAUSES.values():
        make()

    now = clock.now()
    measured = {alarm.name: alarm.measure(now, known[alarm.name]) for alarm in ALARMS if alarm.name in CAUSES}

    assert {name for name, value in measured.items() if value.value is not None and BY_NAME[name].is_past(value.value, known[name])} == set(CAUSES)  # fmt: skip


@pytest.mark.django_db
def test_errors_are_counted_by_area(browser_of: Callable[[User | None], Client], rf: Any) -> None:
    for address in ("/bookings/WM-222222/", "/api/bookings/1", "/api/pathways", "/dashboard/", "/no/page/"):
        got_request_exception.send(sender=None, request=rf.get(address))

    assert dict(ErrorCount.objects.values_list("area", "count")) == {"booking": 2, "api": 1, "pages": 2}


@pytest.mark.parametrize(
    ("text", "words"),
    [("[disc]\nlimit = 1", "no alarm disc"), ("[disk]\nlimits = 1", "disk.limits"), ("disk = 1", "table"), ("[", "")],
)
def test_a_wrong_file_of_limits_is_refused_at_the_start(text: str, words: str, settings: Any, tmp_path: Path) -> None:
    settings.ALARMS_FILE = str(tmp_path / "alarms.toml")
    Path(settings.ALARMS_FILE).write_text(text)

    [error] = limits_of_alarms(None)

    assert words in error.msg


@pytest.fixture
def exported(db: None) -> set[str]:
    """Returns the names of all metrics at /metrics, with a row of each kind."""
    HeartbeatFactory.create()
    OutboxMessageFactory.create()
    AlarmStateFactory.create(value=1)
    BackupRecordFactory.create()
    FunnelCountFactory.create()
    BookingEventFactory.create()
    families = list(text_string_to_metric_families(Client().get("/metrics").content.decode()))
    return {sample.name for family in families for sample in family.samples}


@pytest.mark.parametrize("file", ["prometheus/waymark.rules.yml", "grafana/waymark.json"])
def test_every_metric_of_the_rules_and_the_dashboard_exists(file: str, exported: set[str]) -> None:
    text = (PROJECT / "deploy" / file).read_text()

    used = set(re.findall(r"\bwaymark_[a-z0-9_]+", text))

    assert len(used) >= 5
    assert used - exported == set()


def test_the_runbook_has_an_entry_for_every_alarm_and_the_file_of_limits_too() -> None:
    headings = set(re.findall(r"^## (\w+)$", (PROJECT / "docs" / "runbook.md").read_text(), re.MULTILINE))

    assert headings == {alarm.name for alarm in ALARMS}
    assert limits_of_alarms(None) == []


@pytest.mark.django_db
def test_the_page_of_an_alarm_shows_its_state_its_limits_and_the_runbook(
    suri: User, browser_of: Callable[[User | None], Client]
) -> None:
    alarm_services.evaluate(later())
    browser = browser_of(suri)

    page = browser.get("/operations/alarms/backup_age/").content.decode()

    assert "No backup has been recorded." in page
    assert "Goes on when it reaches 26 hours, and off at 25 hours." in page
    assert "<code>waymark backup" in page
    assert browser.get("/operations/alarms/nothing/").status_code == 404
    assert browser.get("/operations/alarms/").content.decode().count("operations/alarms/") >= len(ALARMS)
    assert outbox.channels().count(alarm_services.CHANNEL) == 1
