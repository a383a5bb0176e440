"""The time zone of an account: taken from the browser at first; later, a device in another zone leads to a question."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from django.contrib import messages
from django.http import HttpRequest
from django.utils import timezone

from accounts import services
from accounts.models import User
from core.zones import DEFAULT, browser_zone, have_same_clock, known_zone, local_time

UNDO = "zone-undo"  # the tag of a message that offers to undo a change of zone

PageAfterChange = Callable[[User, str, str], str | None]
_pages_after_change: list[PageAfterChange] = []


def register_page_after_change(page: PageAfterChange) -> None:
    """Registers `page(user, former, next_url)`: it returns the URL of a page that asks what else should move from the
    former zone, or None."""
    _pages_after_change.append(page)


def page_after_change(user: User, former: str, next_url: str) -> str | None:
    """Returns the URL of the page that asks what else should move from the former zone; None if nothing else is in it."""
    return next((url for page in _pages_after_change if (url := page(user, former, next_url))), None)


@dataclass(frozen=True)
class ZoneQuestion:
    """The zone of the device and the different zone of the account, which the question names."""

    device: str
    account: str


def question_for(request: HttpRequest) -> ZoneQuestion | None:
    """Returns the question for a person whose device shows another time than their account; None for everybody else, and
    for people who have declined this zone."""
    user, zone = getattr(request, "user", None), browser_zone(request)
    if zone is None or not isinstance(user, User) or zone in user.declined_zones:
        return None
    if have_same_clock(zone, user.timezone, timezone.now().date()):
        return None
    return ZoneQuestion(zone, user.timezone)


def zone_for(request: HttpRequest, otherwise: str) -> str:
    """Returns the zone to show times in: the account's, else the browser's, else `otherwise`."""
    user = request.user
    if isinstance(user, User):
        return user.timezone if user.has_zone else browser_zone(request) or user.timezone
    return browser_zone(request) or otherwise


def zone_at_sign_up(request: HttpRequest) -> str:
    """Returns the browser's zone, else (without JavaScript) the one chosen from the list, else UTC."""
    return browser_zone(request) or known_zone(request.POST.get("zone", "")) or DEFAULT


def adopt(request: HttpRequest, user: User, zone: str | None) -> None:
    """Gives this zone to an account that has never had one, with a message that offers to undo it.

    Changes nothing where the person has to be asked first: a builder with hours in UTC, for example.
    """
    if zone is None or zone == user.timezone or user.has_zone or page_after_change(user, user.timezone, ""):
        return
    services.set_zone(user=user, zone=zone)
    message = f"Times are now shown in {local_time(zone)}, as on your device."
    messages.success(request, message, extra_tags=UNDO, fail_silently=True)
