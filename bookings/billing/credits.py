"""Credits that pay for bookings: taken when one is made, returned when one ends, unless it is cancelled late."""

from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo

from accounts.models import User
from bookings.agreement.requests import PricedRequest
from bookings.agreement.rules import Cost
from bookings.models import Booking
from bookings.states import Side
from coaching.models import SessionType
from core.errors import Refusal, Refused
from payments.credits import queries
from payments.credits import services as credit_services
from payments.credits.queries import HeldCredits
from payments.credits.refusals import CreditRefusal


def credit_for(person: User | None, session_type: SessionType, minutes: int, starts_at: datetime) -> HeldCredits | None:
    """Returns the credits of which one would pay for the session; None without any. Two queries, none for guests and free
    sessions."""
    if person is None or session_type.category == SessionType.Category.FREE:
        return None
    return queries.usable_now(person.pk, session_type.builder_id, session_type.pk, minutes, starts_at)


def take_credit(booking: Booking, priced: PricedRequest) -> None:
    """Takes the credit that pays for a new booking, in its transaction, if the client wants that. Refuses without one."""
    if not priced.booking_request.use_credit:
        return
    if booking.client is None or not priced.price.discount:
        raise Refused(CreditRefusal.NO_CREDIT)
    booking.credit_grant = credit_services.use(
        holder=booking.client,
        builder_id=booking.builder_id,
        session_type_id=booking.session_type_id,
        minutes=booking.minutes,
        starts_at=booking.starts_at,
        use_id=booking.pk,
    )


def check_credit_until(booking: Booking, start: datetime, by: Side) -> None:
    """Refuses a client who moves a session on to a time after its credit has expired."""
    if by != Side.CLIENT or booking.credit_grant is None or start <= booking.starts_at:
        return
    end = booking.credit_grant.expires_at
    if end is not None and start >= end:
        day = f"{end.astimezone(ZoneInfo(booking.timezone)):%-d %B %Y}"
        raise Refused(
            Refusal.INVALID, f"The credit that pays for this session expires on {day}. Choose an earlier time."
        )


def give_back_credit(booking: Booking, cost: Cost, by: Side) -> None:
    """Returns the credit of a booking that ends, unless the client cancels too late. Called in its transaction."""
    if booking.credit_grant_id is not None and not cost.loses_credit:
        by_builder = by != Side.CLIENT
        credit_services.give_back(grant_id=booking.credit_grant_id, use_id=booking.pk, by_builder=by_builder)
