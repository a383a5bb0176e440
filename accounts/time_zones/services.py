"""Which zone a person reads times in: taken from their browser at first, asked for when their device is in another."""

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
    """`page(user, former, next_url)` may name the page that asks what else has to move from the former zone."""
    _pages_after_change.append(page)


def page_after_change(user: User, former: str, next_url: str) -> str | None:
    """Where to go after the account's zone has changed from `former`; None if nothing else was in it."""
    return next((url for page in _pages_after_change if (url := page(user, former, next_url))), None)


@dataclass(frozen=True)
class ZoneQuestion:
    """A device in another zone than its person's account."""

    device: str
    account: str


def question_for(request: HttpRequest) -> ZoneQuestion | None:
    """What to ask a person whose device shows another time than their account, unless they have answered."""
    user, zone = getattr(request, "user", None), browser_zone(request)
    if zone is None or not isinstance(user, User) or zone in user.declined_zones:
        return None
    if have_same_clock(zone, user.timezone, timezone.now().date()):
        return None
    return ZoneQuestion(zone, user.timezone)


def zone_for(request: HttpRequest, otherwise: str) -> str:
    """The zone to show times in: the account's, else the browser's, else `otherwise`."""
    user = request.user
    if isinstance(user, User):
        return user.timezone if user.has_zone else browser_zone(request) or user.timezone
    return browser_zone(request) or otherwise


def zone_at_sign_up(request: HttpRequest) -> str:
    """The browser's zone; without JavaScript the one that was chosen from the list, else UTC."""
    return browser_zone(request) or known_zone(request.POST.get("zone", "")) or DEFAULT


def adopt(request: HttpRequest, user: User, zone: str | None) -> None:
    """Gives an account that has never had a zone this one, and says so; asks instead where hours are set in UTC."""
    if zone is None or zone == user.timezone or user.has_zone or page_after_change(user, user.timezone, ""):
        return
    services.set_zone(user=user, zone=zone)
    words = f"Times are now shown in {local_time(zone)}, as on your device."
    messages.success(request, words, extra_tags=UNDO, fail_silently=True)
