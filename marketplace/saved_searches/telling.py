"""Tells people of times that have opened up for them: of each once, one notice for a builder, or one for many of them."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

from django.db import transaction
from django.db.models import Exists, OuterRef, Q
from django.urls import reverse

from accounts.models import User
from accounts.notifications import NewNotification, notify_in_app
from accounts.services import lock_person
from core.hour_format import time_of_day
from core.mail import Email, queue_email
from marketplace.models import BuilderListing, Favourite, OpeningNotice
from marketplace.saved_searches import rules
from marketplace.saved_searches.stopping import ALL, FAVOURITE, SEARCH, StoppedMail, address_of_stop
from marketplace.slot_links import slot_url
from marketplace.usual_hours import NIGHT, part_of
from messaging.notifications import preferences_of
from scheduling.queries import FirstSlot, first_starts, times_of

logger = logging.getLogger(__name__)

KIND = "opening"
MOST_IN_DIGEST = 10
FORGOTTEN_AFTER = timedelta(days=30)


@dataclass(frozen=True)
class Opened:
    """What has opened up with one builder: the notices, earliest first, and the first free start."""

    listing: BuilderListing
    notices: list[OpeningNotice]
    slot: FirstSlot
    was_free: bool  # the person could have seen free times of the builder before

    def title(self, zone: str) -> str:
        """Returns `Ada is free again on Tuesday evening`, or `Ada has a time on Tuesday evening`."""
        start = self.slot.start.astimezone(ZoneInfo(zone))
        part = part_of(start)
        when = f"early on {start:%A}" if part == NIGHT else f"on {start:%A} {part}"
        return f"{self.listing.name} {'is free again' if self.was_free else 'has a time'} {when}"


def tell_all(now: datetime) -> int:
    """Tells everybody who may be told now; returns how many notices were sent. One person for whom this fails is logged,
    and the others are told."""
    untold = OpeningNotice.objects.filter(told_at=None)
    people = User.objects.filter(pk__in=untold.values("person")).select_related("message_preferences")
    count = 0
    for person in list(people):
        if not rules.may_be_told(preferences_of(person), person.timezone, now):
            continue
        try:
            count += tell(person=person, now=now)
        except Exception:
            logger.exception("a notice of free times could not be sent", extra={"person": str(person.pk)})
    return count


@transaction.atomic
def tell(*, person: User, now: datetime) -> int:
    """Tells one person; returns how many notices were sent. The person is locked, so that two workers tell them once.

    What has passed, was taken again, or is no longer wanted is forgotten, and may be told when it opens up once more.
    """
    lock_person(person.pk)
    wanted = OpeningNotice.objects.filter(person=person, told_at=None)
    watches = Favourite.objects.filter(person=person, builder=OuterRef("builder"), notifies=True)
    is_wanted = Q(search__paused_at=None, search__isnull=False) | Q(search=None) & Exists(watches)
    ahead = wanted.filter(is_wanted, starts_at__gt=now).select_related("search")
    notices = list(ahead.order_by("starts_at", "id"))
    opened = _still_free(person, notices, now) if person.is_active else []
    kept = [notice.pk for row in opened for notice in row.notices]
    wanted.exclude(pk__in=kept).delete()
    sent = OpeningNotice.objects.filter(person=person, told_at__gt=now - timedelta(days=1))
    left = rules.MOST_A_DAY - sent.values("told_at").distinct().count()
    if not opened or left <= 0:
        return 0
    if len(opened) >= min(rules.DIGEST_FROM, left + 1):
        _send_digest(person, opened, now)
        return 1
    for number, row in enumerate(opened):
        _send(person, row, now + timedelta(microseconds=number))
    return len(opened)


def forget_old(now: datetime) -> None:
    OpeningNotice.objects.filter(starts_at__lt=now - FORGOTTEN_AFTER).delete()


def _still_free(person: User, notices: Sequence[OpeningNotice], now: datetime) -> list[Opened]:
    """Returns what is still free at the days and hours of its search, by builder, earliest first. Four queries."""
    builders = {notice.builder_id for notice in notices}
    listings = BuilderListing.objects.public().in_bulk(builders)
    times = times_of(listings)
    rows: dict[UUID, list[tuple[OpeningNotice, FirstSlot]]] = {}
    for notice in notices:
        hours = notice.search or rules.AnyTime()
        parts = [part for part in rules.suitable_parts(hours, person.timezone, now) if part.key == notice.stretch]
        firsts = first_starts(times.get(notice.builder_id, []), [part.window for part in parts], now)
        slot = rules.free_parts(parts, firsts, hours, person.timezone).get(notice.stretch)
        if slot is not None and notice.builder_id in listings:
            rows.setdefault(notice.builder_id, []).append((notice, slot))
    before = _free_before(person, notices)
    return [
        Opened(listings[key], [notice for notice, _ in pairs], pairs[0][1], key in before)
        for key, pairs in rows.items()
    ]


def _free_before(person: User, notices: Sequence[OpeningNotice]) -> set[UUID]:
    """Returns the builders of these notices with whom the person has been told of a time before, or who have other free
    times than those that opened up. Two queries."""
    former = OpeningNotice.objects.filter(person=person, told_at__isnull=False)
    before = set(former.values_list("builder", flat=True))
    new: dict[UUID, set[str]] = {}
    for notice in notices:
        new.setdefault(notice.builder_id, set()).add(notice.stretch)
    watched = Favourite.objects.filter(person=person, notifies=True, builder__in=new).values_list("builder", "seen")
    seen = dict(watched)
    for notice in notices:
        key = notice.builder_id
        known = notice.search.seen.get(key.hex, []) if notice.search else seen.get(key, [])
        if set(known) - new[key]:
            before.add(key)
    return before


def _send(person: User, opened: Opened, now: datetime) -> None:
    title = opened.title(person.timezone)
    more = len(opened.notices) - 1
    text = _times_text(opened, person) + (f" And {more} more time{'' if more == 1 else 's'}." if more else "")
    first = opened.notices[0]
    stopped = StoppedMail(SEARCH if first.search_id else FAVOURITE, person.pk, first.search_id or opened.listing.pk)
    path = slot_url(opened.listing, opened.slot, person.timezone)
    _deliver(person, f"opening:{first.pk}", (title, text, path, "See the time"), stopped, [])
    _mark_told(opened.notices, now)


def _send_digest(person: User, opened: Sequence[Opened], now: datetime) -> None:
    shown = opened[:MOST_IN_DIGEST]
    title = f"{len(opened)} builders have new times"
    facts = [(row.listing.name, _times_text(row, person)) for row in shown]
    path = reverse("marketplace:saved_searches")
    text = ", ".join(row.listing.name for row in shown)[:500]
    first = opened[0].notices[0]
    _deliver(
        person, f"opening:{first.pk}", (title, text, path, "See my saved searches"), StoppedMail(ALL, person.pk), facts
    )  # fmt: skip
    _mark_told([notice for row in opened for notice in row.notices], now)


def _times_text(opened: Opened, person: User) -> str:
    """Returns `Tuesday 1 December from 18:30.`, in the person's hour format."""
    start = opened.slot.start.astimezone(ZoneInfo(person.timezone))
    return f"{start:%A %-d %B} from {time_of_day(start, person.hour_format)}."


def _deliver(
    person: User,
    event: str,
    texts: tuple[str, str, str, str],
    stopped: StoppedMail,
    facts: list[tuple[str, str]],
) -> None:
    title, text, path, call = texts
    news = NewNotification(KIND, event, title, text, path, call)
    notify_in_app(person, news)
    if person.wants_mail:
        mail = Email(
            subject=title,
            greeting=f"Hello {person.display_name},",
            paragraphs=[f"{title}."] if facts else [f"{title}.", text],
            facts=facts,
            button=(call, news.address),
            small_print="Nothing is held for you: whoever books first gets the time.",
            stop=(stopped.sentence, address_of_stop(stopped)),
        )
        queue_email(mail, to=person.email, event=event)


def _mark_told(notices: Sequence[OpeningNotice], now: datetime) -> None:
    OpeningNotice.objects.filter(pk__in=[notice.pk for notice in notices]).update(told_at=now)
