"""Days in zones, reminders and forecasts of goals, compared with the slow evaluator."""

from __future__ import annotations

import random
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest

from pathways.goals import rules
from tests.pathways.goals.evaluator import first_instant_of, forecast_by_days

# Around a change of clocks: skipped midnight, midnight twice, whole days that were left out, and ordinary changes.
CHANGES = [
    ("Europe/Berlin", date(2026, 3, 29)), ("Europe/Berlin", date(2026, 10, 25)), ("America/New_York", date(2026, 3, 8)),
    ("Africa/Cairo", date(2026, 4, 24)), ("Asia/Beirut", date(2026, 3, 29)), ("America/Havana", date(2026, 11, 1)),
    ("Australia/Lord_Howe", date(2026, 4, 5)), ("America/Sao_Paulo", date(2018, 11, 4)), ("Pacific/Apia", date(2011, 12, 31)),
    ("Asia/Kathmandu", date(2026, 6, 1)), ("Pacific/Kiritimati", date(2026, 6, 1)),
]  # fmt: skip


@pytest.mark.parametrize(("name", "day"), CHANGES)
def test_a_deadline_is_a_whole_day_of_the_zone_across_clock_changes(name: str, day: date) -> None:
    zone = ZoneInfo(name)
    for deadline in (day - timedelta(days=2), day - timedelta(days=1), day, day + timedelta(days=1)):
        ends_at = rules.deadline_ends_at(deadline, zone)

        assert ends_at == first_instant_of(deadline + timedelta(days=1), zone)
        remind_at = rules.reminder_at(deadline, 1, zone).astimezone(zone)
        assert remind_at.time() == time(9)
        is_left_out = name == "Pacific/Apia" and deadline == date(2011, 12, 31)  # 30 December was never there
        assert remind_at.date() == deadline - timedelta(days=0 if is_left_out else 1)


def test_only_the_reminders_that_are_due_are_sent_and_none_after_the_deadline() -> None:
    zone, deadline = ZoneInfo("Pacific/Auckland"), date(2026, 4, 5)  # on which the clocks go back
    at_nine = rules.reminder_at(deadline, 1, zone)
    assert at_nine == datetime(2026, 4, 3, 20, tzinfo=UTC)

    assert rules.due_reminders(deadline, [7, 1], [7], zone, at_nine - timedelta(seconds=1)) == []
    assert rules.due_reminders(deadline, [7, 1], [7], zone, at_nine) == [1]
    assert rules.due_reminders(deadline, [7, 1], [], zone, at_nine) == [1, 7]
    assert rules.due_reminders(deadline, [7, 1], [], zone, rules.deadline_ends_at(deadline, zone)) == []
    assert rules.reminders_missed(deadline, zone, at_nine) == [14, 7, 3, 1]


def test_the_forecast_is_that_of_the_slow_evaluator() -> None:
    chance, now = random.Random(35), datetime(2026, 11, 27, 12, tzinfo=UTC)
    for _ in range(150):
        started = now - timedelta(days=chance.randint(0, 200), hours=chance.randint(0, 23))
        amounts = [
            (now - timedelta(days=chance.randint(0, 200), hours=chance.randint(0, 23)), chance.randint(1, 3))
            for _ in range(chance.randint(0, 8))
        ]
        target = chance.randint(1, 25)
        expected = forecast_by_days(amounts, target, started, now)

        forecast = rules.forecast(
            [(at, Decimal(amount)) for at, amount in amounts],
            target=Decimal(target), started_at=started, now=now, zone=ZoneInfo("UTC"),
        )  # fmt: skip

        if expected is None:
            assert forecast is None
        else:
            assert forecast is not None
            days = {(now + timedelta(hours=hours)).date() for hours in (expected - 1, expected)}
            assert forecast in days


def test_a_forecast_beyond_five_years_is_not_shown() -> None:
    now = datetime(2026, 11, 27, tzinfo=UTC)
    amounts = [(now - timedelta(days=80), Decimal(1))]

    assert rules.forecast(amounts, target=Decimal(500), started_at=now, now=now, zone=ZoneInfo("UTC")) is None


@pytest.mark.parametrize(
    ("day", "words"), [(5, "in 5 days"), (1, "tomorrow"), (0, "today"), (-1, "1 day ago"), (-3, "3 days ago")]
)
def test_the_time_left_in_words(day: int, words: str) -> None:
    today = date(2026, 2, 27)
    assert rules.days_left(today + timedelta(days=day), today) == words
