"""A builder books a session for a client: who is asked, what it costs, and what it must never do."""

from __future__ import annotations

from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.test import Client

from accounts.models import User
from bookings.agreement import services
from bookings.agreement.requests import Contact
from bookings.agreement.signed_links import Purpose, path_for
from bookings.for_clients import services as for_clients
from bookings.for_clients.refusals import InvitationRefusal
from bookings.models import Booking, Guest
from bookings.states import State
from coaching.models import SessionType
from core import clock
from core.errors import Refusal, Refused
from scheduling import claims
from scheduling.refusals import TimeRefusal
from tests.bookings.cast import book, booking_request, builder_of, client_of, confirmed, latest, state_of
from tests.bookings.for_clients.acts import NEW, at_night, invite, set_up
from tests.bookings.wire import Caller, error
from tests.cast import make_person
from tests.emails import delivered, text_of, to
from tests.reading import visible_text
from tests.scheduling.cast import soon

pytestmark = pytest.mark.django_db
PAGE = "/dashboard/clients/book/"


def refusal(act: Any) -> object:
    with pytest.raises(Refused) as caught:
        act()
    return caught.value.refusal


@pytest.fixture
def tiered(hour: SessionType) -> SessionType:
    hour.tiers.create(hours=0, percent=100)
    return hour


# Without asking -----------------------------------------------------------------------------------------


def test_a_client_is_booked_at_once_outside_the_hours_and_cancels_for_free(
    tiered: SessionType, cleo: User, mail_folder: Path
) -> None:
    confirmed(tiered, cleo, soon(10))

    booking = set_up(tiered, at_night(), client=cleo, asks=False)

    assert (booking.state, booking.client, booking.starts_at, booking.price.shown()) == (
        State.CONFIRMED, cleo, at_night(), "$90.00",
    )  # fmt: skip
    text = text_of(to(delivered(mail_folder), cleo.email)[-1])
    assert "Ada Moreno has booked a session for you." in text
    assert "You can cancel at any time, free of charge." in text
    assert services.cancel(booking=booking, by=client_of(booking)).cancel_fee == 0


def test_only_own_clients_are_booked_without_asking(hour: SessionType) -> None:
    sam = make_person("Sam Lee")

    assert refusal(lambda: set_up(hour, at_night(), contact=NEW, asks=False)) == InvitationRefusal.NOT_YOUR_CLIENT
    assert refusal(lambda: set_up(hour, at_night(), client=sam, asks=False)) == InvitationRefusal.NOT_YOUR_CLIENT
    assert refusal(lambda: set_up(hour, at_night(), client=sam, asks=True)) == InvitationRefusal.NOT_YOUR_CLIENT
    assert Booking.objects.count() == 0


def test_somebody_who_has_accepted_nothing_is_not_a_client_yet(client: Client, hour: SessionType) -> None:
    booking = invite(hour)
    client.post(path_for(booking, Purpose.MAIL, "join"))  # saves it to an account without accepting it
    person = Booking.objects.get(pk=booking.pk).client
    assert person is not None

    assert refusal(lambda: set_up(hour, soon(4), client=person, asks=False)) == InvitationRefusal.NOT_YOUR_CLIENT
    for_clients.accept(booking=booking, by=client_of(booking))
    assert set_up(hour, soon(4), client=person, asks=False).state == State.CONFIRMED


def test_never_over_another_session(hour: SessionType, cleo: User) -> None:
    confirmed(hour, cleo, soon(10))

    for start in (soon(10), soon(10, 30), soon(9, 30)):
        assert refusal(lambda start=start: set_up(hour, start, client=cleo, asks=False)) == TimeRefusal.SLOT_TAKEN
    assert Booking.objects.count() == 1


def test_not_in_the_past_not_in_two_years_and_not_by_somebody_else(hour: SessionType, cleo: User) -> None:
    confirmed(hour, cleo, soon(10))
    choice = for_clients.client_choice(hour.builder, client=cleo, contact=None)
    priced = for_clients.priced_for(booking_request(hour, at_night()), choice, asks=False)

    assert refusal(lambda: for_clients.book(priced=priced, builder=cleo, asks=False)) == Refusal.FORBIDDEN
    for days in (-1, 732, 20_000):
        late = soon(3, days=days)
        assert (
            refusal(lambda late=late: set_up(hour, late, client=cleo, asks=False)) == TimeRefusal.OUTSIDE_AVAILABILITY
        )


# Asking -------------------------------------------------------------------------------------------------


def test_a_guest_accepts_by_the_mailed_link_and_agrees_to_price_and_terms(
    client: Client, tiered: SessionType, mail_folder: Path
) -> None:
    booking = invite(tiered)
    assert (booking.state, booking.client) == (State.PENDING, None)
    mail = to(delivered(mail_folder), NEW.email)[0]
    assert str(mail["Subject"]).startswith("Ada Moreno invites you: Coaching hour")
    text = text_of(mail)
    assert "Price: $90.00" in text
    assert "Cancelling at any time costs the whole price." in text
    assert "Nora" not in text, "a builder could write anything to a stranger as a name"
    link = text.split("See and accept:\n")[1].split()[0]
    path = link[link.index("/bookings/") :]

    assert "Nothing is booked until you accept" in visible_text(client.get(path))
    assert state_of(booking) == State.PENDING, "opening the link accepts nothing"
    answer = client.post(f"{path}act/", {"verb": "accept"})

    assert "You are booked" in visible_text(answer)
    current = Booking.objects.get(pk=booking.pk)
    assert (current.state, current.client.email if current.client else "") == (State.CONFIRMED, NEW.email)
    assert latest(booking).verb == "accept"
    mails = delivered(mail_folder)
    assert "has accepted your invitation" in text_of(to(mails, tiered.builder.email)[-1])


def test_a_builder_cannot_accept_with_the_link_that_they_can_see(client: Client, hour: SessionType) -> None:
    booking = invite(hour)
    path = path_for(booking, Purpose.MANAGE, "guest_act")

    client.post(path, {"verb": "accept"})
    client.force_login(hour.builder)
    client.post(f"/bookings/{booking.reference}/act/", {"verb": "accept"})
    client.post(f"/bookings/{booking.reference}/act/", {"verb": "confirm"})

    assert state_of(booking) == State.PENDING
    assert refusal(lambda: services.confirm(booking=booking, by=builder_of(booking))) == Refusal.INVALID_TRANSITION


def test_a_client_with_an_account_accepts_on_the_page(client: Client, hour: SessionType, cleo: User) -> None:
    confirmed(hour, cleo, soon(10))
    booking = set_up(hour, at_night(), client=cleo, asks=True)
    client.force_login(cleo)

    assert "Accept" in visible_text(client.get(f"/bookings/{booking.reference}/"))
    client.post(f"/bookings/{booking.reference}/act/", {"verb": "accept"})

    assert state_of(booking) == State.CONFIRMED


def test_a_client_accepts_over_the_api_and_a_builder_does_not(hour: SessionType, cleo: User) -> None:
    confirmed(hour, cleo, soon(10))
    booking = set_up(hour, at_night(), client=cleo, asks=True)
    address, body = f"/api/bookings/{booking.pk}", {"status": "CONFIRMED", "version": booking.version}

    assert error(Caller(hour.builder).send("PATCH", address, body))["code"] == "invalid_transition"
    assert error(Caller(cleo).send("PATCH", address, body | {"version": 99}))["code"] == "stale"
    assert Caller(cleo).send("PATCH", address, body).status_code == 200
    assert state_of(booking) == State.CONFIRMED


def test_clients_cannot_accept_what_they_requested_themselves(client: Client, hour: SessionType, cleo: User) -> None:
    booking = book(hour, cleo)
    client.force_login(cleo)

    client.post(f"/bookings/{booking.reference}/act/", {"verb": "accept"})
    refused = Caller(cleo).send("PATCH", f"/api/bookings/{booking.pk}", {"status": "CONFIRMED"})

    assert (state_of(booking), error(refused)["code"]) == (State.PENDING, "forbidden")


def test_declining_and_withdrawing_free_the_time(hour: SessionType, mail_folder: Path) -> None:
    first = invite(hour)
    services.cancel(booking=first, by=client_of(first))
    second = invite(hour)
    services.decline(booking=second, by=builder_of(second), reason="BUY PILLS")

    assert invite(hour).state == State.PENDING
    assert "BUY PILLS" not in "".join(text_of(mail) for mail in to(delivered(mail_folder), NEW.email))


def test_an_unanswered_invitation_expires(hour: SessionType) -> None:
    booking = invite(hour)
    Booking.objects.filter(pk=booking.pk).update(answer_by=clock.now())

    assert services.expire(booking=booking).state == State.CANCELLED


def test_an_invitation_can_be_neither_moved_nor_given_other_times(hour: SessionType) -> None:
    booking = invite(hour)

    moved = refusal(lambda: services.reschedule(booking=booking, start=soon(12), by=builder_of(booking)))

    assert moved == Refusal.INVALID_TRANSITION, "each move would mail a stranger"


# Limits and privacy -------------------------------------------------------------------------------------


def test_strangers_are_invited_within_limits(hour: SessionType, settings: Any) -> None:
    settings.LIMIT_INVITATIONS_PER_BUILDER, settings.LIMIT_INVITATIONS_PER_MAIL = 3, 2
    for start in (1, 2):
        invite(hour, soon(start))
    assert refusal(lambda: invite(hour, soon(3))) == Refusal.RATE_LIMITED
    invite(hour, soon(4), Contact("Olga", "olga@new.test"))

    assert refusal(lambda: invite(hour, soon(5), Contact("Pia", "pia@new.test"))) == Refusal.RATE_LIMITED
    assert Booking.objects.count() == Guest.objects.count() == 3


def test_an_address_with_an_account_looks_like_any_other(hour: SessionType) -> None:
    sam = make_person("Sam Lee")

    booking = invite(hour, contact=Contact("Whoever", sam.email))

    assert (booking.client, booking.client_name) == (None, "Whoever")


def test_the_address_of_a_client_is_that_client(hour: SessionType, cleo: User) -> None:
    confirmed(hour, cleo, soon(10))

    assert invite(hour, contact=Contact("C. P.", cleo.email)).client == cleo


# The page -----------------------------------------------------------------------------------------------


def typed(hour: SessionType, **fields: Any) -> dict[str, Any]:
    local = at_night().astimezone(ZoneInfo("Europe/Berlin"))
    return {
        "client": "", "name": NEW.name, "email": NEW.email, "session_type": str(hour.pk), "day": f"{local:%Y-%m-%d}",
        "time": "03:00", "place": "remote", "asks": "ask", **fields,
    }  # fmt: skip


def test_the_page_shows_all_before_it_invites(client: Client, tiered: SessionType) -> None:
    client.force_login(tiered.builder)
    assert "Book for a client" in visible_text(client.get(PAGE))

    review = client.post(PAGE, typed(tiered))
    assert "$90.00" in visible_text(review)
    assert "Cancelling at any time costs the whole price." in visible_text(review)
    assert Booking.objects.count() == 0
    key = review.context["key"]
    for _ in range(2):
        client.post(PAGE, typed(tiered, act="book", key=str(key)))

    booking = Booking.objects.get()
    assert (booking.starts_at, booking.state, booking.awaits_client) == (at_night(), State.PENDING, True)


def test_the_page_warns_of_time_off(client: Client, hour: SessionType) -> None:
    claims.block(builder=hour.builder.pk, start=soon(2), end=soon(5))
    client.force_login(hour.builder)

    assert "You have time off then" in visible_text(client.post(PAGE, typed(hour)))
    assert "You have time off then" not in visible_text(client.post(PAGE, typed(hour, time="06:00")))


@pytest.mark.parametrize(
    ("fields", "sentence"),
    [
        ({"email": ""}, "Enter an email address for the client."),
        ({"asks": "at_once", "act": "book"}, "You can only book for a client without asking"),
        ({"minutes": "45"}, "This duration is not offered."),
        ({"place": "in_person"}, "This session is remote only."),
        ({"name": "Win at x.com"}, "address"),
    ],
)
def test_the_page_says_what_is_wrong(client: Client, hour: SessionType, fields: dict[str, str], sentence: str) -> None:
    client.force_login(hour.builder)

    answer = client.post(PAGE, typed(hour, **fields))

    assert answer.status_code == 422
    assert sentence in visible_text(answer)
    assert Booking.objects.count() == 0
