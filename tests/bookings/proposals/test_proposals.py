"""Other times that a builder suggests: what each side sees, and what becomes of the booking."""

from __future__ import annotations

from datetime import datetime, timedelta
from pathlib import Path

import pytest
from django.test import Client

from accounts.models import User
from bookings.agreement import services
from bookings.agreement.due_changes import apply_due_changes
from bookings.models import Booking, Proposal
from bookings.proposals import services as proposals
from bookings.proposals.refusals import ProposalRefusal
from bookings.states import State
from coaching.models import SessionType
from core import clock
from core.errors import Refusal, Refused
from core.models import Flag
from scheduling.refusals import TimeRefusal
from tests.bookings.cast import (
    GWEN,
    book,
    book_as_guest,
    builder_of,
    client_of,
    confirmed,
    free_shop,
    latest,
    state_of,
)
from tests.cast import make_person
from tests.emails import delivered, entry_of, text_of, to
from tests.reading import visible_text
from tests.scheduling.cast import soon

pytestmark = pytest.mark.django_db


def suggest(booking: Booking, *starts: datetime, note: str = "") -> list[Proposal]:
    current = Booking.objects.complete().get(pk=booking.pk)
    return proposals.propose(booking=current, starts=starts, by=builder_of(current), note=note)


def accept(proposal: Proposal) -> Booking:
    proposal = Proposal.objects.select_related("booking").get(pk=proposal.pk)
    return proposals.accept(proposal=proposal, by=client_of(proposal.booking))


def refusal(act: object) -> object:
    with pytest.raises(Refused) as caught:
        act()  # type: ignore[operator]  # a function without arguments
    return caught.value.refusal


# What suggesting does -----------------------------------------------------------------------------------


def test_suggesting_changes_nothing_and_reserves_nothing(hour: SessionType, cleo: User) -> None:
    booking = confirmed(hour, cleo, soon(10))

    suggest(booking, soon(14), soon(15))

    current = Booking.objects.get(pk=booking.pk)
    assert (current.state, current.starts_at) == (State.CONFIRMED, soon(10))
    assert book(hour, make_person("Sam Lee"), soon(14)).state == State.PENDING, "the time can still be booked"


def test_only_available_times_can_be_suggested(hour: SessionType, cleo: User) -> None:
    booking = confirmed(hour, cleo, soon(10))
    book(hour, make_person("Sam Lee"), soon(14))

    for start in (soon(14), soon(3), clock.now() - timedelta(days=1)):
        assert refusal(lambda start=start: suggest(booking, soon(15), start)) == TimeRefusal.OUTSIDE_AVAILABILITY
    assert refusal(lambda: suggest(booking, soon(10))) == Refusal.INVALID
    assert Proposal.objects.count() == 0


def test_five_times_can_be_open_and_twenty_be_suggested(hour: SessionType, cleo: User) -> None:
    booking = confirmed(hour, cleo, soon(10))
    suggest(booking, *[soon(at) for at in (11, 12, 13, 14, 15)])
    assert len(suggest(booking, soon(11))) == 1, "suggesting the same again sends nothing"
    assert latest(booking).pk == Proposal.objects.order_by("created_at")[0].event_id

    assert refusal(lambda: suggest(booking, soon(16))) == ProposalRefusal.TOO_MANY_PROPOSALS

    for _ in range(3):
        proposals.decline(booking=booking, by=client_of(booking))
        suggest(booking, *[soon(at) for at in (11, 12, 13, 14, 15)])
    proposals.decline(booking=booking, by=client_of(booking))
    assert refusal(lambda: suggest(booking, soon(11))) == ProposalRefusal.TOO_MANY_PROPOSALS


@pytest.mark.parametrize("who", ["client", "support"])
def test_only_the_builder_suggests(client: Client, hour: SessionType, cleo: User, suri: User, who: str) -> None:
    booking = confirmed(hour, cleo, soon(10))
    client.force_login({"client": cleo, "support": suri}[who])

    answer = client.post(f"/bookings/{booking.reference}/suggest/", {"chosen": soon(14).isoformat()})

    assert answer.status_code == 404
    assert Proposal.objects.count() == 0


def test_the_builder_has_to_wait_until_a_guest_has_confirmed_their_address(ada: User) -> None:
    booking = book_as_guest(free_shop(ada, needs_proof=True))

    assert refusal(lambda: suggest(booking, soon(14))) == Refusal.INVALID_TRANSITION


def test_suggesting_gives_a_request_more_time(hour: SessionType, cleo: User) -> None:
    booking = book(hour, cleo, soon(10))
    nearly_over = clock.now() + timedelta(minutes=5)
    Booking.objects.filter(pk=booking.pk).update(answer_by=nearly_over)

    suggest(booking, soon(14))

    assert Booking.objects.filter(pk=booking.pk, answer_by__gt=nearly_over).exists()


# Accepting and declining --------------------------------------------------------------------------------


@pytest.mark.parametrize("is_pending", [True, False])
def test_accepting_moves_and_confirms_for_free(
    hour: SessionType, cleo: User, mail_folder: Path, *, is_pending: bool
) -> None:
    hour.tiers.create(hours=0, percent=100)
    booking = (book if is_pending else confirmed)(hour, cleo, soon(10))
    chosen, other = suggest(booking, soon(14), soon(15))

    current = accept(chosen)

    assert (current.state, current.starts_at, current.previous_start) == (State.CONFIRMED, soon(14), soon(10))
    event = latest(booking)
    assert (event.verb, event.side, str(event.fee)) == ("accept", "client", "0.0000")
    assert Proposal.objects.get(pk=other.pk).state == "lapsed"
    assert book(hour, make_person("Sam Lee"), soon(10)).starts_at == soon(10), "the old time is available again"
    for address in (cleo.email, hour.builder.email):
        mail = to(delivered(mail_folder), address)
        last = next(item for item in reversed(mail) if "accepted the time" in text_of(item))
        assert entry_of(last).vevent.dtstart.value == soon(14)


def test_accepting_twice_changes_nothing(hour: SessionType, cleo: User) -> None:
    booking = confirmed(hour, cleo, soon(10))
    (proposal,) = suggest(booking, soon(14))

    assert accept(proposal).version == accept(proposal).version
    assert booking.events.filter(verb="accept").count() == 1


def test_a_time_that_was_taken_is_refused_and_the_old_one_kept(hour: SessionType, cleo: User) -> None:
    booking = confirmed(hour, cleo, soon(10))
    (proposal,) = suggest(booking, soon(14))
    book(hour, make_person("Sam Lee"), soon(14))

    assert refusal(lambda: accept(proposal)) == TimeRefusal.SLOT_TAKEN
    current = Booking.objects.get(pk=booking.pk)
    assert (current.starts_at, current.seat.released_at) == (soon(10), None)


def test_only_the_client_accepts(hour: SessionType, cleo: User) -> None:
    booking = confirmed(hour, cleo, soon(10))
    (proposal,) = suggest(booking, soon(14))

    assert refusal(lambda: proposals.accept(proposal=proposal, by=builder_of(booking))) == Refusal.FORBIDDEN
    assert refusal(lambda: proposals.decline(booking=booking, by=builder_of(booking))) == Refusal.FORBIDDEN


@pytest.mark.parametrize("change", ["move", "cancel", "confirm"])
def test_a_changed_booking_ends_its_suggestions(hour: SessionType, cleo: User, change: str) -> None:
    booking = book(hour, cleo, soon(10))
    (proposal,) = suggest(booking, soon(14))
    by = builder_of(booking)
    {
        "move": lambda: services.reschedule(booking=booking, start=soon(16), by=by),
        "cancel": lambda: services.decline(booking=booking, by=by, reason="Ill."),
        "confirm": lambda: services.confirm(booking=booking, by=by),
    }[change]()
    number_of_events = booking.events.count()

    assert refusal(lambda: accept(proposal)) == ProposalRefusal.PROPOSAL_CLOSED
    assert proposals.end_unanswered(clock.now()) == 1
    assert Proposal.objects.get(pk=proposal.pk).state == "lapsed"
    assert booking.events.count() == number_of_events, "the mail about the change says enough"


def test_declining_leaves_the_booking_and_tells_the_builder(hour: SessionType, cleo: User, mail_folder: Path) -> None:
    booking = book(hour, cleo, soon(10))
    suggest(booking, soon(14))

    proposals.decline(booking=booking, by=client_of(booking), reason="Only mornings.")

    assert state_of(booking) == State.PENDING
    mail = to(delivered(mail_folder), hour.builder.email)[-1]
    assert "has declined the times that you suggested" in text_of(mail)
    assert "Reason: Only mornings." in text_of(mail)


def test_suggestions_expire_at_their_time_and_both_sides_are_told(
    hour: SessionType, cleo: User, mail_folder: Path
) -> None:
    booking = confirmed(hour, cleo, soon(10, days=9))
    (proposal,) = suggest(booking, soon(10))
    Proposal.objects.update(starts_at=clock.now() - timedelta(minutes=1))

    assert refusal(lambda: accept(proposal)) == ProposalRefusal.PROPOSAL_CLOSED
    assert [proposals.end_unanswered(clock.now()) for _ in range(2)] == [1, 0]
    for address in (cleo.email, hour.builder.email):
        assert "have expired" in text_of(to(delivered(mail_folder), address)[-1])
    assert state_of(booking) == State.CONFIRMED


def test_a_request_that_expires_ends_its_suggestions_with_one_mail(
    hour: SessionType, cleo: User, mail_folder: Path
) -> None:
    booking = book(hour, cleo, soon(10))
    suggest(booking, soon(14))
    Booking.objects.filter(pk=booking.pk).update(answer_by=clock.now())

    proposals.end_unanswered(clock.now())
    apply_due_changes(clock.now())

    subjects = [str(mail["Subject"]).split(":")[0] for mail in to(delivered(mail_folder), cleo.email)]
    assert subjects == ["Requested", "Another time suggested", "Not answered"]


# Pages --------------------------------------------------------------------------------------------------


def test_a_builder_suggests_on_the_page_and_the_client_accepts(
    client: Client, hour: SessionType, cleo: User, mail_folder: Path
) -> None:
    booking = book(hour, cleo, soon(10))
    client.force_login(hour.builder)
    assert f"/bookings/{booking.reference}/suggest/" in client.get(f"/bookings/{booking.reference}/").content.decode()
    page = f"/bookings/{booking.reference}/suggest/?chosen={soon(14):%Y-%m-%dT%H:%M:%SZ}"
    assert "Send the suggestion" in visible_text(client.get(page))
    sent = client.post(page, {"chosen": soon(14).isoformat(), "note": "I teach in the morning."})
    assert sent["Location"] == f"/bookings/{booking.reference}/"

    text = text_of(to(delivered(mail_folder), cleo.email)[-1])
    assert "Note from Ada Moreno: I teach in the morning." in text
    client.force_login(cleo)
    path = f"/bookings/{booking.reference}/times/"
    assert f"{path}" in text
    seen = client.get(path)
    assert "I teach in the morning." in visible_text(seen)
    assert state_of(booking) == State.PENDING, "opening the page accepts nothing"
    client.post(path, {"accept": str(Proposal.objects.get().pk)})
    assert (state_of(booking), Booking.objects.get(pk=booking.pk).starts_at) == (State.CONFIRMED, soon(14))


def test_declining_when_nothing_is_suggested_any_more_says_so(client: Client, hour: SessionType, cleo: User) -> None:
    booking = confirmed(hour, cleo, soon(10))
    suggest(booking, soon(14))
    client.force_login(cleo)
    path = f"/bookings/{booking.reference}/times/"

    assert "We have told Ada Moreno" in visible_text(client.post(path, {"reason": ""}, follow=True))
    again = visible_text(client.post(path, {"reason": ""}, follow=True))

    assert "This time can no longer be accepted." in again
    assert "We have told" not in again


def test_a_note_that_is_too_long_is_answered_with_422(client: Client, hour: SessionType, cleo: User) -> None:
    booking = confirmed(hour, cleo, soon(10))
    client.force_login(hour.builder)

    answer = client.post(f"/bookings/{booking.reference}/suggest/", {"chosen": soon(14).isoformat(), "note": "x" * 501})

    assert answer.status_code == 422
    assert not Proposal.objects.exists()


def test_a_guest_accepts_by_the_link_in_the_mail(client: Client, ada: User, mail_folder: Path) -> None:
    booking = book_as_guest(free_shop(ada), soon(10))
    (proposal,) = suggest(booking, soon(14))
    text = text_of(to(delivered(mail_folder), GWEN.email)[-1])
    link = text.split("Choose a time:\n")[1].split()[0]
    path = link[link.index("/bookings/") :]

    assert "Accept" in visible_text(client.get(path))
    client.post(path, {"accept": str(proposal.pk)})

    assert Booking.objects.get(pk=booking.pk).starts_at == soon(14)


def test_a_suggestion_of_another_booking_is_not_found(client: Client, hour: SessionType, cleo: User) -> None:
    mine, others = confirmed(hour, cleo, soon(10)), confirmed(hour, make_person("Sam Lee"), soon(12))
    (proposal,) = suggest(others, soon(14))
    client.force_login(cleo)

    assert client.post(f"/bookings/{mine.reference}/times/", {"accept": str(proposal.pk)}).status_code == 404


def test_the_page_says_which_times_are_gone(client: Client, hour: SessionType, cleo: User) -> None:
    booking = confirmed(hour, cleo, soon(10))
    suggest(booking, soon(14))
    book(hour, make_person("Sam Lee"), soon(14))
    client.force_login(cleo)

    page = client.get(f"/bookings/{booking.reference}/times/")

    assert "No longer available" in visible_text(page)
    assert 'name="accept"' not in page.content.decode()


def test_the_timeline_tells_both_sides(client: Client, hour: SessionType, cleo: User) -> None:
    booking = confirmed(hour, cleo, soon(10))
    (proposal,) = suggest(booking, soon(14), note="The studio is closed.")
    accept(proposal)

    for person in (cleo, hour.builder):
        client.force_login(person)
        page = visible_text(client.get(f"/bookings/{booking.reference}/"))
        assert "Another time suggested by Ada Moreno" in page
        assert "The studio is closed." in page
        assert "Accepted by Cleo Park" in page


def test_the_flag_hides_suggesting(client: Client, hour: SessionType, cleo: User) -> None:
    booking = confirmed(hour, cleo, soon(10))
    Flag.objects.create(name="suggested_times", everyone=False)
    client.force_login(hour.builder)

    assert "Suggest another time" not in visible_text(client.get(f"/bookings/{booking.reference}/"))
    assert client.get(f"/bookings/{booking.reference}/suggest/").status_code == 404
