"""Which versions of the terms are accepted by booking and paying is kept, also for guests."""

from __future__ import annotations

import pytest
from django.test import Client

from accounts.models import User
from bookings.guests import services as guests
from bookings.models import Booking
from core import clock
from core.models import Acceptance
from core.personal import exported
from core.policies import state
from tests.bookings.cast import free_shop
from tests.bookings.wizard.steps import choose, form_of, go_on
from tests.factories.core import PolicyVersionFactory
from tests.reading import visible_text

pytestmark = pytest.mark.django_db


def test_a_guest_accepts_the_versions_that_the_form_names(client: Client, ada: User) -> None:
    terms = PolicyVersionFactory.create(number=1)
    state.forget()
    review = go_on(client, choose(client, free_shop(ada)), name="Gwen", email="gwen@guests.test")["Location"]

    page = client.get(review)
    client.post(review, form_of(page))

    booking = Booking.objects.get()
    acceptance = Acceptance.objects.get()
    assert "By booking you agree to the terms and the privacy notice" in " ".join(visible_text(page).split())
    assert (acceptance.version, acceptance.person, acceptance.reference) == (terms, None, booking.reference)
    joined = guests.keep_in_account(booking=booking, now=clock.now())
    assert joined is not None
    rows = next(part.rows for part in exported(joined.person) if part.name == "acceptances")
    assert [(row["version__kind"], row["occasion"]) for row in rows] == [("terms", "booking")]
