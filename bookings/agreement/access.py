"""Access to a booking: by its reference for people who are signed in, by a signed link for guests."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.urls import reverse

from accounts.models import User
from bookings.agreement.rules import Cost, allowed_verbs, cost_of, sides_of
from bookings.agreement.signed_links import Purpose
from bookings.agreement.transitions import Actor
from bookings.guests.ended_links import key_or_page
from bookings.meetings.places import AT_BUILDER
from bookings.meetings.rules import in_person_at
from bookings.models import Booking
from bookings.states import Side, Verb, step_of
from bookings.times import When
from core import clock
from core.access import public, signed_in
from core.errors import Refusal, Refused


@dataclass(frozen=True)
class BookingAccess:
    """A request for a booking's page: the sides its sender may act for, and the account or the link that proves it."""

    request: HttpRequest
    booking: Booking
    sides: frozenset[Side]
    now: datetime
    person: User | None = None
    token: str = ""
    purpose: Purpose | None = None

    @property
    def side(self) -> Side:
        """The side whose view of the booking is shown: client or builder before support."""
        return next(side for side in (Side.CLIENT, Side.BUILDER, Side.SUPPORT) if side in self.sides)

    @property
    def other(self) -> str:
        return self.booking.client_name if self.side == Side.BUILDER else self.booking.builder.display_name

    @property
    def zone(self) -> str:
        return self.person.timezone if self.person else self.booking.timezone

    @property
    def when(self) -> When:
        """The time in the reader's zone; for a client who comes to the builder, in the builder's."""
        zone = self.booking.builder.timezone if self._comes_to_builder else self.zone
        return When(self.booking.starts_at, self.booking.ends_at, zone)

    @property
    def _comes_to_builder(self) -> bool:
        return self.side == Side.CLIENT and in_person_at(self.booking) == AT_BUILDER

    @property
    def theirs_for(self) -> str:
        """Whose time `theirs` is: the other side's, or the reader's own where they meet in another zone."""
        return "you" if self._comes_to_builder else self.other

    @property
    def theirs(self) -> When | None:
        """The same time in the zone of `theirs_for`; None if both clocks show the same."""
        booking = self.booking
        zone = booking.client_zone if self.side == Side.BUILDER else booking.builder.timezone
        if self._comes_to_builder:
            zone = self.zone
        other_when = When(booking.starts_at, booking.ends_at, zone)
        return other_when if other_when.start.utcoffset() != self.when.start.utcoffset() else None

    @property
    def verbs(self) -> list[Verb]:
        return allowed_verbs(self.booking, self.sides, self.now)

    def actor(self, verb: Verb) -> Actor:
        """Returns the actor for the first of the sides that the table of states allows to do this."""
        step = step_of(self.booking.state, verb)
        for side in (Side.CLIENT, Side.BUILDER, Side.SUPPORT):
            if side in self.sides and (step is None or side in step.sides):
                return Actor(side, self.person)
        raise Refused(Refusal.FORBIDDEN)

    def cost(self, verb: Verb) -> Cost:
        return cost_of(self.booking, verb, self.actor(verb).side, self.now)

    @property
    def by(self) -> Actor:
        """The actor of the side whose view is shown."""
        return Actor(self.side, self.person)

    def url(self, page: str, *more: Any) -> str:
        if self.token:
            return reverse(f"bookings:guest_{page}", args=[self.token, *more])
        return reverse(f"bookings:{page}", args=[self.booking.reference, *more])

    @property
    def urls(self) -> dict[str, str]:
        return {
            page: self.url(page)
            for page in (
                "booking",
                "booked",
                "move",
                "end",
                "act",
                "proposals",
                "calendar",
                "reviews",
                "dispute",
                "no_show",
                "messages",
            )
        }


def attempt(access: BookingAccess, done: str, act: Callable[[], object]) -> None:
    """Runs the action and shows its success, or the reason why it was refused, as a message on the next page."""
    try:
        act()
    except Refused as error:
        messages.error(access.request, error.sentence)
    else:
        messages.success(access.request, done)


BookingView = Callable[..., HttpResponseBase]
RequestView = Callable[..., HttpResponseBase]


def member_and_guest(view: BookingView) -> tuple[RequestView, RequestView]:
    """Returns two views of the same page: one that takes a booking's reference, and one that takes a guest's link."""

    @signed_in
    def by_reference(request: HttpRequest, reference: str, **kwargs: Any) -> HttpResponseBase:
        return view(access_to(request, reference), **kwargs)

    @public
    def by_link(request: HttpRequest, token: str, **kwargs: Any) -> HttpResponseBase:
        key = key_or_page(request, token, Purpose.MANAGE, Purpose.MAIL)
        if isinstance(key, HttpResponse):
            return key
        booking, purpose = key
        # it now belongs to an account: the link leads to the booking's page, which needs signing in
        if booking.client_id is not None:
            return redirect(booking.get_absolute_url())
        access = BookingAccess(request, booking, frozenset({Side.CLIENT}), clock.now(), token=token, purpose=purpose)
        response = view(access, **kwargs)
        response.headers.setdefault("Cache-Control", "private, no-store")
        return response

    return by_reference, by_link


def access_to(request: HttpRequest, reference: str) -> BookingAccess:
    """Returns the access of the signed-in person. A booking of somebody else is a 404, like one that does not exist."""
    person = request.user
    assert isinstance(person, User)
    booking = (
        Booking.objects.visible_to(person).complete().prefetch_related("answers").filter(reference=reference.upper())
    ).first()
    if booking is None:
        raise Http404
    return BookingAccess(request, booking, sides_of(person, booking), clock.now(), person)
