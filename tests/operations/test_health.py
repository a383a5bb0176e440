"""Verdicts on the health of the services, on the page and by `manage.py doctor`."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import timedelta
from io import StringIO
from typing import Any

import pytest
from django.core.management import call_command
from django.test import Client

from accounts.models import User
from core import clock
from core.breakers import MOST_FAILURES, Breaker
from operations.health import registry as health
from operations.health.installation import installation, zones
from operations.health.registry import HealthFinding, HealthLine, Verdict, read_health
from operations.models import AlarmState, BackupRecord
from tests.factories.core import DeadAddressFactory, HeartbeatFactory, OutboxMessageFactory, OutboxPauseFactory
from tests.factories.operations import AlarmStateFactory, BackupRecordFactory

pytestmark = pytest.mark.django_db


def verdicts() -> dict[str, Verdict]:
    return {line.name: line.verdict for line in read_health(clock.now())}


def lines() -> dict[str, HealthLine]:
    return {line.name: line for line in read_health(clock.now())}


def make_well() -> None:
    for name in ("worker", "outbox", "beat"):
        HeartbeatFactory.create(name=name)
    AlarmStateFactory.create(name="disk")
    BackupRecordFactory.create()
    BackupRecordFactory.create(kind=BackupRecord.Kind.REHEARSAL)


def test_everything_is_good_once_all_processes_run_and_a_backup_was_rehearsed(settings: Any) -> None:
    settings.ALARM_MAIL = ["operator@waymark.test"]
    make_well()

    states = verdicts()

    assert {name for name, verdict in states.items() if verdict != Verdict.GOOD} <= {
        "disk",
        "postgres",
        "redis",
    }  # the machine's
    assert states.keys() >= {
        "web", "worker", "outbox", "beat", "outbox queues", "redis", "tasks default", "postgres", "migrations", "disk",
        "mail", "services", "backups", "alarms", "clock", "settings", "secrets", "permissions", "zones", "static files",
    }  # fmt: skip


def test_each_part_that_fails_is_named_with_what_to_do() -> None:
    make_well()
    now = clock.now()
    HeartbeatFactory._meta.model.objects.filter(name="beat").update(seen_at=now - timedelta(minutes=5))
    OutboxMessageFactory.create(due_at=now - timedelta(minutes=30))
    OutboxMessageFactory.create(channel="zoom", due_at=now - timedelta(minutes=5))
    OutboxMessageFactory.create(state="dead")
    AlarmState.objects.update(checked_at=now - timedelta(hours=1))
    BackupRecord.objects.update(finished_at=now - timedelta(hours=30))
    for _ in range(MOST_FAILURES):
        Breaker("zoom", "somebody").failed()

    states = lines()

    assert {name: states[name].verdict for name in ("beat", "queue mail", "queue zoom", "mail", "alarms", "backups", "services")} == {
        "beat": Verdict.BAD, "queue mail": Verdict.BAD, "queue zoom": Verdict.LOOK, "mail": Verdict.LOOK,
        "alarms": Verdict.BAD, "backups": Verdict.LOOK, "services": Verdict.LOOK,
    }  # fmt: skip
    assert "Zoom" in states["services"].finding.sentence
    assert all(line.finding.advice for line in states.values() if line.verdict != Verdict.GOOD)


def test_an_address_for_alarms_that_takes_no_mail_is_bad(settings: Any) -> None:
    settings.ALARM_MAIL = ["operator@waymark.test", "gone@waymark.test"]
    DeadAddressFactory.create(address="gone@waymark.test")

    finding = lines()["alarm mail"].finding

    assert finding.verdict == Verdict.BAD
    assert "gone@waymark.test" in finding.sentence
    assert "operator@waymark.test" not in finding.sentence


def test_a_restored_site_says_that_nothing_is_sent() -> None:
    make_well()
    OutboxMessageFactory.create(due_at=clock.now() - timedelta(minutes=30))
    OutboxPauseFactory.create()

    line = lines()["outbox queues"]

    assert line.verdict == Verdict.BAD
    assert "1 due now" in line.finding.sentence
    assert "release_outbox" in line.finding.advice
    assert "queue mail" not in lines(), "the worker is not to blame"


def test_a_check_that_raises_is_a_bad_line_and_takes_no_other_with_it(settings: Any) -> None:
    settings.REDIS_URL = "unix:///nowhere/redis.sock"

    def broken(now: Any) -> HealthFinding:
        raise ValueError("no")

    health.register_health("broken", "Broken", broken)
    try:
        states = lines()
    finally:
        del health._checks["broken"]

    assert (states["broken"].verdict, states["broken"].is_read) == (Verdict.BAD, False)
    assert states["redis"].verdict == Verdict.BAD
    assert states["web"].verdict == Verdict.GOOD


def test_doctor_prints_what_the_page_shows_and_fails_if_something_is_bad(
    suri: User, browser_of: Callable[[User | None], Client]
) -> None:
    printed = StringIO()
    OutboxMessageFactory.create(state="dead")

    with pytest.raises(SystemExit) as ended:
        call_command("doctor", stdout=printed)
    page = browser_of(suri).get("/operations/health/").content.decode()

    assert ended.value.code == 1
    assert "BAD   Backups: No backup has been recorded." in printed.getvalue()
    assert "No backup has been recorded." in page
    assert "docs/deployment.md says how" in page
    assert "BAD   Integrity: Faults in the data: 1" in printed.getvalue()
    assert "Faults in the data: 1" in page, "the page shows what a check that takes long has found last"


def test_doctor_gives_scripts_each_line_and_each_fault_of_the_data() -> None:
    printed = StringIO()
    OutboxMessageFactory.create(state="dead")

    with pytest.raises(SystemExit):
        call_command("doctor", "--json", stdout=printed)

    answer = json.loads(printed.getvalue())
    assert {"name", "label", "verdict", "sentence", "advice"} == set(answer["lines"][0])
    assert [fault.startswith("outbox: given up: ") for fault in answer["faults"]] == [True]


def test_a_recorded_backup_is_good_for_a_day() -> None:
    call_command("record_backup", "--size", "1024", "--note", "other machine", stdout=StringIO())
    call_command("record_backup", "--rehearsal", stdout=StringIO())

    assert verdicts()["backups"] == Verdict.GOOD


def test_the_doctor_names_what_is_wrong_with_an_installation(settings: Any, tmp_path: Any) -> None:
    settings.DEMO = False
    settings.WAYMARK_HOME = settings.MEDIA_HOME = tmp_path
    settings.SECRET_KEY = "short"
    tmp_path.chmod(0o755)
    (tmp_path / "waymark.env").touch(mode=0o644)
    now = clock.now()

    findings = {line.name: line.finding for line in installation(now)}

    assert {findings[name].verdict for name in ("settings", "secrets", "permissions")} == {Verdict.BAD}
    assert "chmod go=" in findings["permissions"].advice
    assert zones(now + timedelta(days=3 * 365)).verdict == Verdict.LOOK
