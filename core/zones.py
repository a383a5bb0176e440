"""The time zones there are, the names they are shown by, and the one that a visitor's browser is in."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from functools import cache, lru_cache
from urllib.parse import unquote
from zoneinfo import ZoneInfo, available_timezones

from django.http import HttpRequest

COOKIE = "zone"
DEFAULT = "UTC"
NO_ZONES = frozenset({"Factory", "localtime"})  # in the database's directory, and no zone of anybody's
NAMES_OF_UTC = frozenset(
    {"UTC", "UCT", "Universal", "Zulu", "GMT", "GMT0", "GMT+0", "GMT-0", "Greenwich"}
)  # each of them with and without Etc/ before it


@cache
def zone_names() -> frozenset[str]:
    """Every name of the IANA database, read from the disk once."""
    return frozenset(available_timezones()) - NO_ZONES


@cache
def _present_names() -> dict[str, str]:
    """The present name of each zone that has a former one: some browsers still report `Asia/Calcutta`."""
    from babel.core import get_global  # a large module, for one table

    present = {former: name for former, name in get_global("zone_aliases").items() if name in zone_names()}
    return present | {f"{prefix}{name}": DEFAULT for name in NAMES_OF_UTC for prefix in ("", "Etc/")}


@cache
def _choices() -> list[tuple[str, str]]:
    former = _present_names()
    places = (name for name in sorted(zone_names()) if "/" in name and not name.startswith("Etc/"))
    return [(DEFAULT, DEFAULT), *((name, zone_name(name)) for name in places if name not in former)]


def zone_choices(chosen: str = "") -> list[tuple[str, str]]:
    """The zones to choose from, UTC first, for every list of the site; with `chosen` if it is a zone without a place."""
    choices = _choices()
    if chosen in zone_names() and (chosen, zone_name(chosen)) not in choices:
        return [(chosen, zone_name(chosen)), *choices]
    return choices


def known_zone(name: str) -> str | None:
    """The present name of this zone, or None where there is no such zone."""
    present = _present_names().get(name, name)
    return present if present in zone_names() else None


def browser_zone(request: HttpRequest) -> str | None:
    """The zone that the visitor's browser is in, as `static/js/zones.js` keeps it in a cookie."""
    return known_zone(unquote(request.COOKIES.get(COOKIE, "")))


def zone_name(zone: str) -> str:
    """`America/New York`: a zone as pages and mails write it."""
    return zone.replace("_", " ")


def local_time(zone: str) -> str:
    """`New York time`, or `UTC`: a zone within a sentence."""
    return f"{zone_name(zone).rpartition('/')[2]} time" if "/" in zone else zone


@lru_cache(maxsize=2048)
def have_same_clock(first: str, second: str, day: date) -> bool:
    """Whether clocks in both zones show the same time for a year from that day, as in Berlin and Paris."""
    if first == second:
        return True
    noon = datetime.combine(day, time(12), UTC)
    weeks = (noon + timedelta(weeks=number) for number in range(53))
    zones = ZoneInfo(first), ZoneInfo(second)
    return all(at.astimezone(zones[0]).utcoffset() == at.astimezone(zones[1]).utcoffset() for at in weeks)
