"""A person's private calendar at a secret address: `/calendars/family.ics`."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

ZONE = "Europe/Berlin"


def answer(path: str) -> tuple[int, str, bytes]:
    if path != "family.ics":
        return 404, "text/plain", b"No such calendar"
    return 200, "text/calendar; charset=utf-8", family(datetime.now(UTC).date()).encode()


def family(today: date) -> str:
    """Returns a calendar with something on most days of every week, whenever it is read."""
    monday = today - timedelta(days=today.weekday())
    events = [
        _event(
            "school-run", monday - timedelta(days=364), "09:00", "PT1H", "School run", "RRULE:FREQ=WEEKLY;BYDAY=TU,TH"
        ),
        _event("swimming", monday - timedelta(days=364), "15:00", "PT2H", "Swimming lesson", "RRULE:FREQ=WEEKLY"),
        _event("dentist", monday + timedelta(days=9), "10:00", "PT1H", "Dentist"),
        _event(
            "birthday", date(today.year - 8, 3, 4), None, "P1D", "Birthday", "RRULE:FREQ=YEARLY", "TRANSP:TRANSPARENT"
        ),
    ]
    return "\r\n".join(
        ["BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//Waymark//Sandbox//EN", *events, "END:VCALENDAR", ""]
    )


def _event(uid: str, day: date, time: str | None, length: str, title: str, *more: str) -> str:
    start = (
        f"DTSTART;TZID={ZONE}:{day:%Y%m%d}T{time.replace(':', '')}00" if time else f"DTSTART;VALUE=DATE:{day:%Y%m%d}"
    )
    lines = ["BEGIN:VEVENT", f"UID:{uid}@family.example", start, f"DURATION:{length}", f"SUMMARY:{title}", *more]
    return "\r\n".join([*lines, "END:VEVENT"])
