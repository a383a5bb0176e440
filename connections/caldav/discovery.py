"""Finds the calendars of an account, from any address on its server (RFC 6764, RFC 4791)."""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import urljoin, urlsplit

from connections.busy import Unreadable
from connections.caldav.client import NO_CALDAV, Answered, CalDavAccount
from connections.caldav.xml import CALDAV, DAV, Multistatus, ResourceAnswer
from core import http
from core.names import tidy

MOST_CALENDARS = 50
LONGEST_ADDRESS, LONGEST_NAME = 1_000, 100
HOME, PRINCIPAL, KIND = f"{CALDAV}calendar-home-set", f"{DAV}current-user-principal", f"{DAV}resourcetype"
NAME, PRIVILEGES = f"{DAV}displayname", f"{DAV}current-user-privilege-set"
COMPONENTS = f"{CALDAV}supported-calendar-component-set"
CALENDAR = (KIND, NAME, PRIVILEGES, COMPONENTS)
WRITING = (f"{DAV}write", f"{DAV}all", f"{DAV}bind")
NONE_FOUND = "We found no calendar in this account that we can read."


@dataclass(frozen=True)
class OfferedCalendar:
    """A calendar of the account, as its server describes it."""

    address: str
    name: str
    can_write: bool


def calendars_of(account: CalDavAccount) -> list[OfferedCalendar]:
    """Returns the calendars of the account that hold events. Raises Unreadable."""
    try:
        start, answer = _first_answer(account)
        if answer is not None and answer.has(KIND, f"{CALDAV}calendar"):
            offered = _in(start, account.propfind(start, *CALENDAR))
        else:
            offered = [
                calendar for home in _homes(account, start, answer)
                for calendar in _in(home, account.propfind(home, *CALENDAR, depth=1))
            ]  # fmt: skip
    except Answered as answered:
        raise Unreadable(str(answered), answered.wait) from None
    except http.Unanswered as unanswered:
        raise Unreadable(unanswered.sentence) from None
    except ValueError:  # an address in the answer that is none
        raise Unreadable(NO_CALDAV) from None
    if not offered:
        raise Unreadable(NONE_FOUND)
    return offered[:MOST_CALENDARS]


def _first_answer(account: CalDavAccount) -> tuple[str, ResourceAnswer | None]:
    """Returns an address of the account's server that answers, and what it says of itself.

    A bare host name stands for the address to which its /.well-known/caldav leads, and so does one that does not
    answer.
    """
    addresses = [account.address, urljoin(account.address, "/.well-known/caldav")]
    if urlsplit(account.address).path in ("", "/"):
        addresses.reverse()
    first, second = addresses
    try:
        return first, _only(account.propfind(first, PRINCIPAL, HOME, KIND))
    except Answered as answered:
        if answered.status in (401, 429):
            raise
    return second, _only(account.propfind(second, PRINCIPAL, HOME, KIND))


def _homes(account: CalDavAccount, start: str, answer: ResourceAnswer | None) -> list[str]:
    """Returns the addresses of the folders that hold the account's calendars."""
    homes = answer.hrefs(HOME) if answer is not None else []
    if not homes and answer is not None:
        for principal in answer.hrefs(PRINCIPAL)[:1]:
            start = urljoin(start, principal)
            described = _only(account.propfind(start, HOME))
            homes = described.hrefs(HOME) if described is not None else []
    if not homes:
        raise Unreadable(NO_CALDAV)
    return [urljoin(start, home) for home in homes[:5]]


def _only(answer: Multistatus) -> ResourceAnswer | None:
    return answer.resources[0] if answer.resources else None


def _in(folder: str, answer: Multistatus) -> list[OfferedCalendar]:
    offered = []
    for resource in answer.resources:
        address = urljoin(folder, resource.href)
        if resource.has(KIND, f"{CALDAV}calendar") and _has_events(resource) and len(address) <= LONGEST_ADDRESS:
            offered.append(OfferedCalendar(address, _name(resource), _can_write(resource)))
    return offered


def _has_events(resource: ResourceAnswer) -> bool:
    """Whether the calendar may hold events, and not tasks only. One that does not say what it holds may."""
    element = resource.properties.get(COMPONENTS)
    names = [component.get("name", "").upper() for component in element] if element is not None else []
    return not names or "VEVENT" in names


def _name(resource: ResourceAnswer) -> str:
    last = urlsplit(resource.href).path.rstrip("/").rpartition("/")[2]
    return (tidy(resource.text(NAME)) or tidy(last) or "Calendar")[:LONGEST_NAME]


def _can_write(resource: ResourceAnswer) -> bool:
    """Whether the account may write into the calendar. One that does not say so is tried."""
    return PRIVILEGES not in resource.properties or any(resource.has(PRIVILEGES, right) for right in WRITING)
