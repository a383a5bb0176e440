"""Records which versions of the terms and the privacy notice were accepted by booking or paying."""

from __future__ import annotations

from django.http import HttpRequest

from bookings.models import Booking
from core.policies import texts
from core.policies.models import Acceptance

Occasion = Acceptance.Occasion


def record_accepted(request: HttpRequest, booking: Booking, occasion: Occasion = Occasion.BOOKING) -> None:
    """Records what the form that was sent has named. Whoever pays may be somebody else than the client."""
    person = booking.client if occasion == Occasion.BOOKING else request.user if request.user.is_authenticated else None
    texts.accept_sent(request.POST, occasion=occasion, person=person, reference=booking.reference)
