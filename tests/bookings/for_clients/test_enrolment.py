"""A builder's booking alone enrols nobody, since whoever leads a client reads all of their progress."""

from __future__ import annotations

import pytest
from django.test import Client

from accounts.models import User
from bookings.agreement.signed_links import Purpose, path_for
from bookings.for_clients import services as for_clients
from bookings.models import Booking
from coaching.models import SessionType
from pathways.models import Enrolment, Pathway
from pathways.progress.enrolments import enrol
from tests.bookings.cast import client_of, confirmed
from tests.bookings.for_clients.acts import at_night, invite, set_up
from tests.scheduling.cast import soon

pytestmark = pytest.mark.django_db


@pytest.fixture
def play() -> Pathway:
    return Pathway.objects.get(slug="play")


@pytest.fixture
def cleos(hour: SessionType, cleo: User) -> User:
    """Cleo, who is a client of the builder without any pathway."""
    confirmed(hour, cleo, soon(10))
    return cleo


def leads() -> list[tuple[User, User | None]]:
    return [(enrolment.client, enrolment.builder) for enrolment in Enrolment.objects.all()]


def test_a_session_booked_at_once_does_not_make_the_builder_a_guide(
    hour: SessionType, cleos: User, play: Pathway
) -> None:
    enrol(client=cleos, pathway=play)

    set_up(hour, at_night(), client=cleos, asks=False, pathway=play)

    assert leads() == [(cleos, None)]


def test_who_accepts_an_invitation_is_enrolled_then(hour: SessionType, cleos: User, play: Pathway) -> None:
    booking = set_up(hour, at_night(), client=cleos, asks=True, pathway=play)
    assert leads() == []

    for_clients.accept(booking=booking, by=client_of(booking))

    assert leads() == [(cleos, hour.builder)]


def test_saving_an_invitation_to_an_account_enrols_nobody(client: Client, hour: SessionType, play: Pathway) -> None:
    booking = invite(hour, pathway=play)

    client.post(path_for(booking, Purpose.MAIL, "join"))

    assert Booking.objects.get(pk=booking.pk).client is not None
    assert leads() == []
