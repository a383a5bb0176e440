"""The English words for days, parts of the day and dates that people type, for whatever reads a sentence."""

from __future__ import annotations

from datetime import date

WEEKDAYS = {
    "monday": "0", "mondays": "0", "tuesday": "1", "tuesdays": "1", "wednesday": "2", "wednesdays": "2", "thursday": "3",
    "thursdays": "3", "friday": "4", "fridays": "4", "saturday": "5", "saturdays": "5", "sunday": "6", "sundays": "6",
    "weekday": "weekdays", "weekdays": "weekdays", "weekend": "weekend", "weekends": "weekend",
}  # fmt: skip
MISSPELT_DAYS = {
    "tomorow": "tomorrow", "tommorow": "tomorrow", "tommorrow": "tomorrow", "wensday": "wednesday", "wednsday": "wednesday",
    "wendesday": "wednesday", "thrusday": "thursday", "thurday": "thursday", "saterday": "saturday", "satuday": "saturday",
}  # fmt: skip
SHORT_DAYS = {
    "mon": "0",
    "tue": "1",
    "tues": "1",
    "wed": "2",
    "thu": "3",
    "thurs": "3",
    "fri": "4",
    "sat": "5",
    "sun": "6",
}
TIMES = {
    "morning": "morning", "mornings": "morning", "afternoon": "afternoon", "afternoons": "afternoon", "evening": "evening",
    "evenings": "evening", "after work": "evening",
}  # fmt: skip
MONTHS = (
    "january",
    "february",
    "march",
    "april",
    "may",
    "june",
    "july",
    "august",
    "september",
    "october",
    "november",
    "december",
)


def month_number(word: str) -> int:
    """Returns the number of a month by its name or the first three letters of it; 0 for any other word."""
    return next((number for number, name in enumerate(MONTHS, 1) if word and word in (name, name[:3])), 0)


def iso_date(token: str) -> str:
    """Returns the token if it is a date such as `2026-12-24`, else an empty string."""
    try:
        return str(date.fromisoformat(token)) if len(token) == 10 else ""
    except ValueError:
        return ""


def next_day_of_month(number: str, month: str, today: date) -> str:
    """Returns the next such day, such as `24` and `december`, as an ISO date; an empty string if there is none."""
    in_year = month_number(month)
    if not in_year or not number.isascii() or not number.isdigit() or len(number) > 2:
        return ""
    for year in (today.year, today.year + 1):
        try:
            day = date(year, in_year, int(number))
        except ValueError:
            continue
        if day >= today:
            return str(day)
    return ""
