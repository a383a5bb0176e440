"""What a client could do next: the next skill on their pathway, and builders who teach it, each with a free time and its
price."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from accounts.models import User
from bookings.billing.credits import credit_for
from bookings.models import Booking
from bookings.states import State
from bookings.times import When
from coaching.models import SessionType
from coaching.quotes import Circumstances, Quote, quote
from coaching.terms import offers_of, terms_of
from marketplace import search
from marketplace.models import NEVER, BuilderListing
from marketplace.slot_links import slot_url
from marketplace.usual_hours import UsualPart, usual_parts, windows_of
from pathways.models import Pathway, Skill
from pathways.progress.queries import PathwayProgress, active_enrolments, pathways_progress
from scheduling.intervals import Stretch
from scheduling.models import FreeTimes
from scheduling.queries import FirstSlot, first_within, times_of

MOST_OFFERS = 3
REMEMBERED = 12  # of the latest sessions, which say when and with whom the client books
LOOKED_AT = 12  # builders who teach the skill, those that are free soonest


@dataclass(frozen=True)
class SlotProposal:
    """A free time of a builder who teaches the skill, with its price now."""

    listing: BuilderListing
    session_type: SessionType
    slot: FirstSlot
    when: When
    price: Quote
    is_known: bool  # the client has had a session with this builder
    is_usual: bool  # at one of the client's usual times

    @property
    def address(self) -> str:
        return slot_url(self.listing, self.slot, self.when.zone)


@dataclass(frozen=True)
class NextStep:
    pathway: Pathway
    skill: Skill
    proposals: list[SlotProposal]


@dataclass(frozen=True)
class BookingHabits:
    """When and with whom a client has had sessions: builders, the latest first, and parts of the day."""

    builders: list[UUID]
    parts: set[UsualPart]


def next_step(person: User, now: datetime, *, pathway: str = "") -> NextStep | None:
    """Returns the next skill of the person's oldest active pathway, or of the one named, with times of builders who teach
    it; None without an open skill. At most 13 queries, and two more for each of the three proposals that costs something.
    """
    active = active_enrolments(person)
    enrolments = [enrolment for enrolment in active if pathway in ("", enrolment.pathway.slug)]
    progress = next((row for row in pathways_progress(person, enrolments) if row.next), None) if enrolments else None
    return _step_on(person, progress, now) if progress else None


def _step_on(person: User, progress: PathwayProgress, now: datetime) -> NextStep:
    assert progress.next is not None
    skill, habits = progress.next.skill, habits_of(person)
    listings = _teachers(skill, person, habits)
    times = times_of(listing.pk for listing in listings)
    usual, slots = windows_of(habits.parts, person.timezone, now), []
    for listing in listings:
        slot, is_usual = _first_slot(times.get(listing.pk, []), usual, now)
        if slot is not None:
            slots.append((listing, slot, is_usual))
    slots.sort(key=lambda row: (_closeness(row[0], habits), not row[2], row[1].start))
    return NextStep(progress.pathway, skill, _priced(slots, person, habits, now))


def habits_of(person: User) -> BookingHabits:
    """Returns the person's habits by their latest sessions as a client. One query."""
    sessions = Booking.objects.filter(client=person, state__in=[State.COMPLETED, State.CONFIRMED, State.IN_PROGRESS])
    rows = list(sessions.order_by("-starts_at", "-id").values_list("builder", "starts_at", "state")[:REMEMBERED])
    seen = [builder for builder, _, state in rows if state == State.COMPLETED]
    return BookingHabits(list(dict.fromkeys(seen)), usual_parts((start for _, start, _ in rows), person.timezone))


def _teachers(skill: Skill, person: User, habits: BookingHabits) -> list[BuilderListing]:
    """Returns builders who teach the skill: those whom the client knows, and those who are free soonest. Two queries."""
    teaching = BuilderListing.objects.public().filter(skill_slugs__contains=[skill.slug], next_start__lt=NEVER)
    others = teaching.exclude(pk=person.pk)
    known = list(others.filter(pk__in=habits.builders))
    soonest = others.exclude(pk__in=habits.builders).order_by("next_start", "builder_id")[:LOOKED_AT]
    return [*known, *soonest]


def _closeness(listing: BuilderListing, habits: BookingHabits) -> int:
    """Returns 0 for the builder whom the client has just seen, then how many others they have seen since."""
    return habits.builders.index(listing.pk) if listing.pk in habits.builders else len(habits.builders)


def _first_slot(free: Sequence[FreeTimes], usual: Sequence[Stretch], now: datetime) -> tuple[FirstSlot | None, bool]:
    """Returns the first free time at the client's usual hours, else the first at all, and whether it is a usual one."""
    slot = first_within(free, usual, now)
    if slot is not None:
        return slot, True
    return first_within(free, search.within(search.DAYS, now), now), False


def _priced(
    slots: list[tuple[BuilderListing, FirstSlot, bool]], person: User, habits: BookingHabits, now: datetime
) -> list[SlotProposal]:
    """Returns the first slots that have a price, with early booking and the client's credits counted in."""
    chosen = slots[: 2 * MOST_OFFERS]  # a few more, for types that cannot be priced
    types = SessionType.objects.complete().in_bulk([slot.session_type_id for _, slot, _ in chosen])
    offers = offers_of(listing.pk for listing, _, _ in chosen)
    proposals: list[SlotProposal] = []
    for listing, slot, is_usual in chosen:
        session_type = types.get(slot.session_type_id)
        if session_type is None or len(proposals) == MOST_OFFERS or not offers[listing.pk].is_active:
            continue
        minutes = session_type.default_minutes
        credit = credit_for(person, session_type, minutes, slot.start)
        circumstances = Circumstances(ahead=slot.start - now, with_credit=credit is not None)
        price = quote(terms_of(session_type, offers[listing.pk]), minutes, None, circumstances)
        if price is not None:
            when = When(slot.start, slot.start + timedelta(minutes=minutes), person.timezone)
            is_known = listing.pk in habits.builders
            proposals.append(SlotProposal(listing, session_type, slot, when, price, is_known, is_usual))
    return proposals
