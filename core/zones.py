"""The time zones, the names they are shown by, and the one that a visitor's browser is in."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from functools import cache, lru_cache
from urllib.parse import unquote
from zoneinfo import ZoneInfo, available_timezones

from django.http import HttpRequest

COOKIE = "zone"
DEFAULT = "UTC"
NO_ZONES = frozenset({"Factory", "localtime"})  # files of the time zone database that are not zones
NAMES_OF_UTC = frozenset(
    {"UTC", "UCT", "Universal", "Zulu", "GMT", "GMT0", "GMT+0", "GMT-0", "Greenwich"}
)  # each of them with and without Etc/ before it


@cache
def zone_names() -> frozenset[str]:
    """Returns every zone name of the IANA database, read from disk once."""
    return frozenset(available_timezones()) - NO_ZONES


@cache
def kept_zone(name: str) -> ZoneInfo:
    """Returns the zone, kept for good: `ZoneInfo` keeps the last eight, and reads the others from disk again."""
    return ZoneInfo(name)


@cache
def _present_names() -> dict[str, str]:
    """Returns the present name for each former name: some browsers still report `Asia/Calcutta`."""
    from babel.core import get_global  # imported here because it is large and used only once

    present = {former: name for former, name in get_global("zone_aliases").items() if name in zone_names()}
    return present | {f"{prefix}{name}": DEFAULT for name in NAMES_OF_UTC for prefix in ("", "Etc/")}


@cache
def _choices() -> list[tuple[str, str]]:
    former = _present_names()
    places = (name for name in sorted(zone_names()) if "/" in name and not name.startswith("Etc/"))
    return [(DEFAULT, DEFAULT), *((name, zone_name(name)) for name in places if name not in former)]


def zone_choices(chosen: str = "") -> list[tuple[str, str]]:
    """Returns the choices of all zone lists, UTC first; also `chosen`, if it is a zone that the lists leave out."""
    choices = _choices()
    if chosen in zone_names() and (chosen, zone_name(chosen)) not in choices:
        return [(chosen, zone_name(chosen)), *choices]
    return choices


def known_zone(name: str) -> str | None:
    """Returns the present name of this zone, or None if there is no such zone."""
    present = _present_names().get(name, name)
    return present if present in zone_names() else None


def browser_zone(request: HttpRequest) -> str | None:
    """Returns the zone of the visitor's browser, from the cookie that `static/js/zones.js` sets, or None."""
    return known_zone(unquote(request.COOKIES.get(COOKIE, "")))


def zone_name(zone: str) -> str:
    """Returns the zone as pages and emails write it: `America/New York`."""
    return zone.replace("_", " ")


def local_time(zone: str) -> str:
    """Returns the zone as it is written within a sentence: `New York time`, or `UTC`."""
    return f"{zone_name(zone).rpartition('/')[2]} time" if "/" in zone else zone


@lru_cache(maxsize=2048)
def have_same_clock(first: str, second: str, day: date) -> bool:
    """Whether clocks in both zones show the same time for a year from that day, as in Berlin and Paris.

    Compares one instant a week.
    """
    if first == second:
        return True
    noon = datetime.combine(day, time(12), UTC)
    weeks = (noon + timedelta(weeks=number) for number in range(53))
    zones = ZoneInfo(first), ZoneInfo(second)
    return all(at.astimezone(zones[0]).utcoffset() == at.astimezone(zones[1]).utcoffset() for at in weeks)
