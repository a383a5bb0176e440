"""Credits that pay for bookings: taken when one is made, returned when one ends, unless it is cancelled late."""

from __future__ import annotations

from datetime import datetime

from accounts.models import User
from bookings.agreement.requests import PricedRequest
from bookings.agreement.rules import Cost
from bookings.models import Booking
from bookings.states import Side
from coaching.models import SessionType
from core.errors import Refused
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


def give_back_credit(booking: Booking, cost: Cost, by: Side) -> None:
    """Returns the credit of a booking that ends, unless the client cancels too late. Called in its transaction."""
    if booking.credit_grant_id is not None and not cost.loses_credit:
        by_builder = by != Side.CLIENT
        credit_services.give_back(grant_id=booking.credit_grant_id, use_id=booking.pk, by_builder=by_builder)
