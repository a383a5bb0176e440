"""Books a session for a client on behalf of the builder, and accepts it for the client.

A builder chooses any time without another session, also outside their hours. Clients of theirs can be booked at once:
they have agreed to no terms, so cancelling costs them nothing. Everybody else is asked, and is booked once they accept
by the link in the mail. Whom an address belongs to is never looked up among strangers' accounts, so that a builder
learns nothing about an address; it becomes a guest, who joins their account when they accept.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime

from django.db import IntegrityError, transaction

from accounts.models import User
from bookings.agreement import limits
from bookings.agreement.requests import BookingRequest, Contact, PricedRequest, check_bookable
from bookings.agreement.rules import answer_by
from bookings.agreement.services import new_booking, with_new_reference
from bookings.agreement.transitions import Actor, change, record_event
from bookings.billing.checkout.timing import timing_for_client
from bookings.clients.queries import clients_of
from bookings.for_clients.refusals import InvitationRefusal
from bookings.guests import services as guests
from bookings.meetings.places import BadPlace, place_of
from bookings.models import Booking
from bookings.states import Side, State, Verb
from coaching.models import SessionType
from coaching.quotes import quote
from coaching.terms import offer_to_book, terms_of
from core import clock
from core.errors import Refusal, Refused
from core.ids import uuid7
from scheduling.claims import Visitor, book_for_builder
from scheduling.loading import notice_in
from scheduling.models import Reservation, Seat


@dataclass(frozen=True)
class ClientChoice:
    """Whom a builder books for: a client of theirs, or somebody with a name and an address."""

    client: User | None = None
    contact: Contact | None = None

    @property
    def name(self) -> str:
        return self.client.display_name if self.client else self.contact.name if self.contact else ""

    @property
    def email(self) -> str:
        return self.client.email if self.client else self.contact.email if self.contact else ""


def client_choice(builder: User, *, client: User | None, contact: Contact | None) -> ClientChoice:
    """Returns the client with this address if the builder has one already, else the person or the contact itself."""
    if client is None and contact is not None:
        client = clients_of(builder).filter(email=contact.email.lower()).first()
    return ClientChoice(client, None) if client is not None else ClientChoice(None, contact)


def priced_for(session: BookingRequest, choice: ClientChoice, *, asks: bool) -> PricedRequest:
    """Returns the session with its price, its place and the terms that the client would agree to.

    The builder's questions are not asked: it is the builder who books.
    """
    session_type = session.session_type
    offer = offer_to_book(session_type)
    check_bookable(session_type, offer, choice.client)
    _check_client(session_type.builder, choice.client, asks=asks)
    price = quote(terms_of(session_type, offer), session.minutes, session.rate_type)
    if price is None:
        raise Refused(Refusal.INVALID, fields={"minutes": ["This duration is not offered."]})
    try:
        place = place_of(
            session_type,
            is_remote=session.is_remote,
            in_person_at=session.in_person_at,
            address=session.location,
            town=session.town,
        )
    except BadPlace as error:
        raise Refused(Refusal.INVALID, fields={error.field: [str(error)]}) from None
    key = f"person:{choice.client.pk}" if choice.client else f"invited:{uuid7()}"
    visitor = Visitor(key, choice.client)
    tiers = [[tier.hours, tier.percent] for tier in session_type.tiers.all()] if asks else []
    request = replace(session, guest=choice.contact if choice.client is None else None)
    timing = timing_for_client(session_type, price.total, session_type.builder)
    return PricedRequest(request, offer, price, [], place.address, place.in_person_at, tiers, visitor, timing)


def is_busy_elsewhere(priced: PricedRequest, now: datetime) -> bool:
    """Whether the time lies in the builder's time off, or in time that is busy in a calendar of theirs. One query."""
    wanted = priced.time_request
    live = Reservation.objects.live(now).filter(builder=wanted.session_type.builder_id)
    kinds = (Reservation.Kind.EXTERNAL, Reservation.Kind.TIME_OFF)
    return live.filter(kind__in=kinds, during__overlap=(wanted.start, wanted.end)).exists()


def book(*, priced: PricedRequest, builder: User, asks: bool) -> Booking:
    """Books the session for the client. With `asks` it waits for them to accept, else it is confirmed at once.

    The same form sent again returns the booking that it has made.
    """
    request = priced.booking_request
    session_type, client = request.session_type, priced.visitor.person
    if session_type.builder_id != builder.pk:
        raise Refused(Refusal.FORBIDDEN)
    _check_client(builder, client, asks=asks)
    if request.guest is not None and request.guest.email.lower() == builder.email:
        raise Refused(Refusal.INVALID, fields={"email": ["This is your own address."]})

    def finish(seat: Seat, now: datetime) -> Booking:
        if request.guest is not None:
            limits.count_invitation(builder.pk, request.guest.email)
        return _create(priced, seat, now, builder, asks=asks)

    if former := _booking_of_form(request, builder):
        return former
    try:
        return with_new_reference(lambda: book_for_builder(priced.time_request, finish))
    except (Refused, IntegrityError):  # the same form sent twice at once; in a group its time is not taken by then
        if former := _booking_of_form(request, builder):
            return former
        raise


def _check_client(builder: User, client: User | None, *, asks: bool) -> None:
    """Refuses an account that is no client of the builder, and booking somebody new without asking them."""
    is_client = client is not None and clients_of(builder).filter(pk=client.pk).exists()
    if not is_client and (client is not None or not asks):
        raise Refused(InvitationRefusal.NOT_YOUR_CLIENT)


def _booking_of_form(request: BookingRequest, builder: User) -> Booking | None:
    if request.form_key is None:
        return None
    return Booking.objects.complete().filter(form_key=request.form_key, builder=builder).first()


def _create(priced: PricedRequest, seat: Seat, now: datetime, builder: User, *, asks: bool) -> Booking:
    booking = new_booking(priced, seat, now)
    session_type: SessionType = booking.session_type
    booking.needs_answer, booking.proof_due_at, booking.awaits_client = False, None, asks
    if asks:
        notice = notice_in(priced.time_request.calendar, session_type, booking.starts_at)
        booking.state, booking.confirmed_at = State.PENDING, None
        booking.answer_by = answer_by(now, booking.starts_at, notice)
    else:
        booking.state, booking.confirmed_at, booking.answer_by = State.CONFIRMED, now, None
    booking.save(force_insert=True)
    record_event(booking, Verb.REQUEST, Actor(Side.BUILDER, builder), now, before="")
    return booking


@transaction.atomic
def accept(*, booking: Booking, by: Actor, version: int | None = None) -> Booking:
    """Accepts, for the client, a session that the builder has booked for them. Accepting again changes nothing.

    A guest accepts by the link in the mail, which proves their address: the booking joins their account.
    """

    def work(current: Booking, now: datetime) -> None:
        current.confirmed_at, current.answer_by = now, None

    if booking.client_id is None:
        guests.prove(booking=booking, now=clock.now())
        current = Booking.objects.complete().get(pk=booking.pk)
        by = Actor(Side.CLIENT, current.client)
    return change(booking, Verb.ACCEPT, State.CONFIRMED, by, work, version=version)
