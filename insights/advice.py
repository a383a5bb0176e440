"""The one sentence that says what a builder should change next, with the figures that it rests on."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from bookings.states import Cause
from core.charts import Table
from insights.figures import Totals
from insights.open_hours import WEEKDAYS, Hour, OpenStretch
from insights.summary import FEWEST, Summary

TAKEN = frozenset({"slot_taken", "hold_lost", "full"})


@dataclass(frozen=True)
class Advice:
    """A sentence, the section of the page that shows more, and its table. `lost` is about how many sessions it is worth."""

    sentence: str
    section: str
    table: Table
    lost: float = 0.0


def advice_for(totals: Totals, summary: Summary, stretches: list[OpenStretch]) -> Advice:
    """Returns the advice that is worth most sessions, or that nothing stands out."""
    best = max(_candidates(totals, summary, stretches), key=lambda advice: advice.lost, default=None)
    return best or _nothing(summary)


def busiest_hour(totals: Totals) -> tuple[Hour, int] | None:
    """Returns the hour of the week in which most sessions begin, and how many; the earliest of several."""
    hours = {hour_of(key): int(amount) for key, amount in totals.of("hours").items()}
    return max(sorted(hours.items()), key=lambda item: item[1], default=None)


def hour_of(key: str) -> Hour:
    weekday, hour = key.split()
    return int(weekday), int(hour)


def at_hour(hour: Hour) -> str:
    return f"{WEEKDAYS[hour[0]]} at {hour[1]:02}:00"


def _candidates(totals: Totals, summary: Summary, stretches: list[OpenStretch]) -> Iterator[Advice]:
    busiest = busiest_hour(totals)
    yield from _unmet(totals, f" around {at_hour(busiest[0])}" if busiest else "")
    yield from _clients(totals, summary)
    yield from _funnel(totals)
    if busiest and stretches and summary.sessions >= FEWEST:
        (hour, count), empty = busiest, stretches[0]
        rows = [(at_hour(hour), str(count)), (str(empty), "0")]
        yield Advice(
            f"Move some hours to {WEEKDAYS[hour[0]]} around {hour[1]:02}:00: {count} session{'' if count == 1 else 's'} began "
            f"then, and nobody booked {empty}.",
            "times", Table(("Open hours", "Sessions begun"), rows), lost=0.3 * empty.hours,
        )  # fmt: skip


def _unmet(totals: Totals, when: str) -> Iterator[Advice]:
    """Yields the advice to open more hours, `when` most sessions begin."""
    waited = int(sum(amount for key, amount in totals.of("unmet").items() if key.startswith("waiting")))
    taken = int(sum(amount for code, amount in totals.of("refusals").items() if code in TAKEN))
    table = Table(
        ("Demand that was not met", "People"),
        [("Waited and were never offered a time", str(waited)), ("Chose a time that was just taken", str(taken))],
    )
    if waited:
        people = "person waited for a time and was" if waited == 1 else "people waited for a time and were"
        yield Advice(f"Open more hours{when}: {waited} {people} never offered one.", "demand", table, lost=waited)
    if taken:
        people = "person chose a time that was" if taken == 1 else "people chose times that were"
        yield Advice(f"Open more hours{when}: {taken} {people} taken a moment before.", "demand", table, lost=taken)


def _clients(totals: Totals, summary: Summary) -> Iterator[Advice]:
    if summary.no_shows >= 2 and (summary.no_show_rate or 0) >= 0.05:
        table = Table(
            ("Sessions", "How many"),
            [("Confirmed", str(summary.sessions)), ("The client did not come", str(summary.no_shows))],
        )
        yield Advice(
            f"Ask for payment when somebody books, or write to clients the day before: of {summary.sessions} sessions, "
            f"the client did not come to {summary.no_shows}.",
            "cancellations", table, lost=summary.no_shows,
        )  # fmt: skip
    by_client = {key: int(n) for key, n in totals.of("causes").items() if key.startswith("client")}
    cancelled, confirmed = sum(by_client.values()), summary.sessions + summary.cancelled
    if cancelled >= 3 and cancelled / confirmed >= 0.15:
        key = max(sorted(by_client), key=lambda name: by_client[name])
        rows = [
            ("Confirmed", str(confirmed)),
            ("Cancelled by clients", str(cancelled)),
            (cause_of(key), str(by_client[key])),
        ]
        yield Advice(
            f"Ask clients why they cancel: they cancelled {cancelled} of {confirmed} sessions, most often because of "
            f"“{cause_of(key)}”.",
            "cancellations", Table(("Sessions", "How many"), rows), lost=0.7 * cancelled,
        )  # fmt: skip
    answers = int(totals.total("answers"))
    if answers >= FEWEST and (summary.answer_minutes or 0) >= 24 * 60:
        hours = (summary.answer_minutes or 0) // 60
        rows = [("Requests that were answered", str(answers)), ("Half of them waited, in hours, at least", str(hours))]
        yield Advice(
            f"Answer requests within a day: half of the {answers} that you answered had waited {hours} hours or longer.",
            "answers", Table(("Requests", "Figure"), rows), lost=0.3 * answers,
        )  # fmt: skip


def _funnel(totals: Totals) -> Iterator[Advice]:
    people = people_by_step(totals)
    started, details, booked = people["started"], people["details"], people["completed"]
    if started >= 2 * FEWEST and booked < started / 2:
        is_form = started - details >= details - booked
        what = "Ask fewer questions" if is_form else "Look at your price and your terms"
        when = "before they had given the details" if is_form else "on the last page, which shows them"
        lost = started - details if is_form else details - booked
        rows = [("Chose a time", str(started)), ("Gave the details", str(details)), ("Booked", str(booked))]
        yield Advice(
            f"{what}: of {started} people who chose a time, {lost} left {when}.",
            "funnel", Table(("Step", "People"), rows), lost=0.3 * (started - booked),
        )  # fmt: skip


def _nothing(summary: Summary) -> Advice:
    table = Table(
        ("Sessions", "How many"), [("Confirmed", str(summary.sessions)), ("Completed", str(summary.completed))]
    )
    if summary.sessions < FEWEST:
        sentence = f"Choose a longer period: {summary.sessions} sessions are too few to say what to change."
        if summary.sessions == 1:
            sentence = "Choose a longer period: one session is too few to say what to change."
    else:
        sentence = f"Change nothing: none of the figures of {summary.sessions} sessions stands out."
    return Advice(sentence, "sessions", table)


def people_by_step(totals: Totals, session_type: str = "") -> dict[str, int]:
    """Returns how many people got to each step, of one session type or of all."""
    people = {"started": 0, "details": 0, "completed": 0}
    for key, amount in totals.of("steps").items():
        own, step = key.split()
        if not session_type or own == session_type:
            people[step] += int(amount)
    return people


def cause_of(key: str) -> str:
    """Returns the words for a cause; the key is the side and the cause."""
    cause = key.partition(" ")[2]
    return Cause(cause).label if cause else "No cause given"
