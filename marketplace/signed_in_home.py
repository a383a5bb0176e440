"""What the home page shows a person who is signed in: next session, next skill, open tasks, favourites with free times."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.db.models import Exists, OuterRef, Q
from django.urls import reverse
from django.utils.timezone import localtime

from accounts.models import BuilderApplication, User
from accounts.roles import Role
from bookings.agreement.queries import TO_ANSWER, to_review
from bookings.clients import skill_reports
from bookings.meetings.rules import seconds_to_join
from bookings.models import Booking, Proposal, SlotOffer
from bookings.models.agreement import BookingQuerySet
from bookings.reviews.rules import WITHIN
from bookings.states import Side, State
from bookings.times import When
from core.compiled import CompiledQuery
from marketplace import queries
from marketplace.models import BuilderListing, Favourite
from marketplace.queries import BuilderCard
from pathways.progress.queries import PathwayProgress, active_enrolments, pathways_progress

SOON = timedelta(days=7)
MOST_TASKS = 3  # of each kind
MOST_FAVOURITES = 50  # the newest ones are looked at
APPLICATIONS = "admin:accounts_builderapplication_changelist"
_favourites = CompiledQuery(
    lambda person: Favourite.objects.filter(person=person).values_list("builder", flat=True)[:MOST_FAVOURITES]
)
_ahead = CompiledQuery(lambda person, now: _bookings_ahead(person, now)[:1])
_offers = CompiledQuery(
    lambda person, now: (
        SlotOffer.objects.filter(place__client=person, state=SlotOffer.State.OPEN, expires_at__gt=now)
        .select_related("place__session_type")
        .order_by("expires_at")[:MOST_TASKS]
    )
)
_waiting = CompiledQuery(lambda person, now: _waiting_bookings(person, now)[:MOST_TASKS])
_unreviewed = CompiledQuery(
    lambda person, since: (
        to_review(Booking.objects.filter(client=person), Side.CLIENT, since)
        .listed()
        .order_by("completed_at")[:MOST_TASKS]
    )
)


@dataclass(frozen=True)
class HomeTask:
    """Something that waits for this person, with the page where they do it."""

    icon: str
    label: str
    address: str


@dataclass(frozen=True)
class NextSession:
    booking: Booking
    side: Side
    when: When
    has_begun: bool
    join_wait: int | None  # seconds until the button to join is shown

    @property
    def other_side(self) -> str:
        return self.booking.client_name if self.side == Side.BUILDER else self.booking.builder.display_name


@dataclass(frozen=True)
class SignedInHome:
    next: NextSession | None
    pathways: list[PathwayProgress]
    tasks: list[HomeTask]
    favourites: list[BuilderCard]  # those with a free time in the next seven days, soonest first
    has_favourites: bool


def signed_in_home(person: User, now: datetime) -> SignedInHome:
    """Returns what the home page shows this person. At most 15 queries, however much there is."""
    favourites = _favourites.rows(person.pk)
    return SignedInHome(
        next=_next_session(person, now),
        pathways=_pathways(person),
        tasks=list(_tasks(person, now)),
        favourites=_free_soon(favourites, now) if favourites else [],
        has_favourites=bool(favourites),
    )


def _next_session(person: User, now: datetime) -> NextSession | None:
    booking = _ahead.first(person.pk, now)
    if booking is None:
        return None
    return NextSession(
        booking=booking,
        side=Side.BUILDER if booking.builder_id == person.pk else Side.CLIENT,
        when=When(booking.starts_at, booking.ends_at, person.timezone),
        has_begun=booking.starts_at <= now,
        join_wait=seconds_to_join(booking, now),
    )


def _bookings_ahead(person: UUID, now: datetime) -> BookingQuerySet:
    mine = Booking.objects.filter(Q(client=person) | Q(builder=person), state__in=[State.CONFIRMED, State.IN_PROGRESS])
    return mine.filter(ends_at__gt=now).listed().order_by("starts_at", "id")


def _pathways(person: User) -> list[PathwayProgress]:
    enrolments = active_enrolments(person)
    return pathways_progress(person, enrolments) if enrolments else []


def _tasks(person: User, now: datetime) -> Iterator[HomeTask]:
    """Yields the tasks, those that end soonest first."""
    for offer in _offers.rows(person.pk, now):
        title = offer.place.session_type.title
        yield HomeTask("bell", f"A time has opened up for {title}", offer.get_absolute_url())
    yield from _unanswered(person, now)
    if Role.BUILDER in person.roles:
        yield from _builders_tasks(person)
    for booking in skill_reports.waiting_for(person, now):
        address = reverse("bookings:skills", args=[booking.reference])
        other = booking.client_name if booking.builder_id == person.pk else booking.builder.display_name
        yield HomeTask("path", f"Update skills: {booking.title}{_on(booking)} with {other}", address)
    if Role.ADMIN in person.roles and BuilderApplication.objects.filter(state=BuilderApplication.State.OPEN).exists():
        yield HomeTask("user", "Answer an application to become a builder", reverse(APPLICATIONS))
    for booking in _unreviewed.rows(person.pk, now - WITHIN):
        name = booking.builder.display_name
        yield HomeTask("star", f"Review {booking.title}{_on(booking)} with {name}", booking.get_absolute_url())


def _unanswered(person: User, now: datetime) -> Iterator[HomeTask]:
    """Yields the client's invitations and bookings with other times suggested, then their requests; a series once."""
    for booking in _waiting.rows(person.pk, now):
        name, address = booking.builder.display_name, booking.get_absolute_url()
        if booking.is_suggested:
            yield HomeTask("calendar", f"{name} suggests another time for {booking.title}{_on(booking)}", address)
        elif booking.awaits_client:
            yield HomeTask("mail", f"{name} invites you to {booking.title}{_on(booking)}", address)
        else:
            yield HomeTask("clock", f"{booking.title}{_on(booking)}: waiting for {name} to confirm", address)


def _waiting_bookings(client: UUID, now: datetime) -> Any:
    """Returns the bookings ahead that wait for an answer, each with whether another time is suggested."""
    suggested = Exists(Proposal.objects.open(now).filter(booking=OuterRef("pk")))
    ahead = Booking.objects.filter(client=client, starts_at__gt=now).annotate(is_suggested=suggested)
    waiting: Any = ahead.filter(Q(state=State.PENDING, series_number__lte=1) | Q(is_suggested=True))
    return waiting.listed().order_by("-is_suggested", "-awaits_client", "starts_at", "id")


def _on(booking: Booking) -> str:
    """Returns the day of the booking, which tells apart several of the same session: ` on Fri 4 Dec`."""
    return f" on {localtime(booking.starts_at):%a %-d %b}"


def _builders_tasks(person: User) -> Iterator[HomeTask]:
    requests = Booking.objects.filter(builder=person).requests().count()
    if requests:
        label = "Answer a booking request" if requests == 1 else f"Answer {requests} booking requests"
        yield HomeTask("clock", label, f"{reverse('bookings:as_builder')}?show={TO_ANSWER}")


def _free_soon(favourites: list[UUID], now: datetime) -> list[BuilderCard]:
    listed = BuilderListing.objects.public().filter(pk__in=favourites)
    cards = [card for card in queries.cards_of(listed) if card.next_slot and now < card.next_slot < now + SOON]
    return sorted(cards, key=lambda card: card.next_slot or now)[:3]
