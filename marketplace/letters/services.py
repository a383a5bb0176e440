"""Sends the weekly letter, to each person once a week at most, in their own morning and on their day."""

from __future__ import annotations

import logging
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from django.db import transaction
from django.db.models import Exists, OuterRef, Q

from accounts.models import User
from accounts.services import lock_person
from bookings.models import Booking
from core.dates import monday_of
from core.errors import Refusal, Refused
from core.mail import queue_email
from marketplace.letters.content import Letter, email_of, letter_for
from marketplace.models import LetterChoice, WeeklyLetter
from pathways.models import Enrolment

logger = logging.getLogger(__name__)

MORNING = range(7, 12)  # hours of the person's day
MOST_A_RUN = 300
NEAR = timedelta(days=15)  # sessions that a letter can be about
LONGEST_LOOK_BACK = timedelta(days=31)
FIRST_LOOK_BACK = timedelta(days=7)
KEPT_FOR = timedelta(days=90)  # longer than any letter looks back


def is_due(weekday: int, zone: str, now: datetime) -> bool:
    """Whether it is the morning of the chosen day there."""
    local = now.astimezone(ZoneInfo(zone))
    return local.weekday() == weekday and local.hour in MORNING


def week_of(zone: str, now: datetime) -> date:
    """Returns the Monday of the present week there."""
    return monday_of(now.astimezone(ZoneInfo(zone)).date())


def send_due(now: datetime) -> int:
    """Sends the letters that are due; returns how many were sent. One that fails is logged, and the others go on. A run
    that dies is gone on with by the next one."""
    people = [person for zone in _zones_in_the_morning(now) for person in _due_in(zone, now)]
    count = 0
    for person in people[:MOST_A_RUN]:
        try:
            count += send(person=person, now=now)
        except Exception:
            logger.exception("a weekly letter could not be written", extra={"person": str(person.pk)})
    return count


def _zones_in_the_morning(now: datetime) -> list[str]:
    zones = User.objects.filter(is_active=True).order_by().values_list("timezone", flat=True).distinct()
    return [zone for zone in zones if now.astimezone(ZoneInfo(zone)).hour in MORNING]


def _due_in(zone: str, now: datetime) -> list[User]:
    """Returns the people of a time zone who may get their letter now, and of whom there may be something to say."""
    weekday = now.astimezone(ZoneInfo(zone)).weekday()
    is_day = Q(letter_choice__weekday=weekday, letter_choice__is_wanted=True)
    if weekday == LetterChoice._meta.get_field("weekday").default:
        is_day |= Q(letter_choice=None)
    written = WeeklyLetter.objects.filter(person=OuterRef("pk"), week=week_of(zone, now))
    near = Q(client=OuterRef("pk")) | Q(builder=OuterRef("pk"))
    sessions = Booking.objects.filter(near, starts_at__gt=now - NEAR, starts_at__lt=now + NEAR)
    enrolled = Enrolment.objects.filter(client=OuterRef("pk"), status=Enrolment.Status.ACTIVE)
    people = User.objects.filter(is_day, timezone=zone, is_active=True, wants_mail=True).exclude(Exists(written))
    return list(people.filter(Exists(sessions) | Exists(enrolled)).order_by("pk")[:MOST_A_RUN])


@transaction.atomic
def send(*, person: User, now: datetime) -> bool:
    """Writes this week's letter to a person and puts it into the outbox; returns whether there was something to say.

    Of two workers, the second finds that the week's letter is written.
    """
    lock_person(person.pk)
    week = week_of(person.timezone, now)
    if WeeklyLetter.objects.filter(person=person, week=week).exists():
        return False
    if not choice_of(person).is_wanted:  # stopped since the run has begun
        return False
    letter = letter_for(person, since_last(person, now), now)
    WeeklyLetter.objects.create(person=person, week=week, was_sent=letter.has_something)
    if letter.has_something:
        queue_email(email_of(letter), to=person.email, event=f"letter:{person.pk}:{week}")
    return letter.has_something


def preview(person: User, now: datetime) -> Letter:
    """Returns the letter that the person would get now."""
    return letter_for(person, since_last(person, now), now)


def since_last(person: User, now: datetime) -> datetime:
    """Returns the time of the last letter, a week ago without one, and never longer ago than a month."""
    last = WeeklyLetter.objects.filter(person=person, was_sent=True).order_by("-week").first()
    if last is None:
        return now - FIRST_LOOK_BACK
    return max(last.created_at, now - LONGEST_LOOK_BACK)


def choice_of(person: User) -> LetterChoice:
    """Returns the person's choice; the default one, unsaved, without a row."""
    return LetterChoice.objects.filter(person=person).first() or LetterChoice(person=person)


def choose(*, person: User, is_wanted: bool, weekday: int) -> LetterChoice:
    """Saves whether the person wants the letter, and on which day."""
    if not 0 <= weekday <= 6:
        raise Refused(Refusal.INVALID, fields={"weekday": ["Choose a day of the week."]})
    values = {"is_wanted": is_wanted, "weekday": weekday}
    choice, _ = LetterChoice.objects.update_or_create(person=person, defaults=values)
    return choice


def forget_old(now: datetime) -> None:
    """Deletes what says that the letters of former weeks were written."""
    WeeklyLetter.objects.filter(week__lt=(now - KEPT_FOR).date()).delete()
