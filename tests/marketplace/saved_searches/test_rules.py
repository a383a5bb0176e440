"""The rules of what is news, for any hours, zones and changes of the clocks."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from hypothesis import given, settings
from hypothesis import strategies as st

from bookings.waiting_list.rules import suits
from marketplace.models import SavedSearch
from marketplace.saved_searches import rules
from scheduling.models import FreeTimes
from scheduling.queries import first_starts

ZONES = ["Europe/Berlin", "America/New_York", "Australia/Lord_Howe", "Africa/Cairo", "Pacific/Apia"]
CHANGES = st.sampled_from([datetime(2026, 3, 29, tzinfo=UTC), datetime(2026, 10, 25, tzinfo=UTC), datetime(2026, 11, 1, tzinfo=UTC), datetime(2027, 4, 4, tzinfo=UTC)])  # fmt: skip


@settings(max_examples=80, deadline=None)
@given(
    st.sampled_from(ZONES),
    CHANGES,
    st.integers(-20 * 24, 4 * 24),
    st.lists(st.integers(0, 6), max_size=3, unique=True),
    st.tuples(st.integers(0, 1380), st.integers(1, 60)).map(lambda pair: (pair[0], pair[0] + pair[1] * 24 // 24 + 30)),
    st.integers(0, 14 * 48 - 1),
)
def test_parts_are_those_starts_that_suit_across_clock_changes(
    zone: str, change: datetime, hours: int, weekdays: list[int], minutes: tuple[int, int], half_hours: int
) -> None:
    """A start that suits is in the part of its own local day, and what is returned suits."""
    now = change + timedelta(hours=hours)
    start = now + timedelta(minutes=30 * half_hours + 1)
    hours_wanted = SavedSearch(weekdays=weekdays, from_minute=minutes[0], to_minute=min(minutes[1], 1440))
    second = int(start.timestamp())
    row = FreeTimes(runs=[second, second], step=1800, minutes=30, notice=0)
    parts = rules.suitable_parts(hours_wanted, zone, now)

    free = rules.free_parts(parts, first_starts([row], [part.window for part in parts], now), hours_wanted, zone)

    local = start.astimezone(ZoneInfo(zone))
    assert all(key.startswith(local.date().isoformat()) for key in free)
    if free:
        assert suits(hours_wanted, local)
    elif suits(hours_wanted, local):
        midnight_to_midnight = {(local + timedelta(hours=change)).utcoffset() for change in (-24, 24)}
        assert len(midnight_to_midnight) == 2, "a start that suits is missed only on the day of a clock change"


KEYS = st.sets(st.sampled_from([f"2026-12-{day:02} {part}" for day in range(1, 20) for part in ("morning", "evening")]))


@given(KEYS, KEYS, st.dates(date(2026, 11, 28), date(2026, 12, 22)))
def test_news_is_what_was_looked_at_and_not_free(free: set[str], seen: set[str], until: date) -> None:
    slots: Any = dict.fromkeys(free, "slot")

    news = rules.news(slots, seen, until)

    assert news.keys() == {key for key in free - seen if key[:10] <= until.isoformat()}
    assert rules.news(slots, None, until) == {}
    assert rules.news(slots, free | seen, until) == {}
