"""The page of one person: who may do what, what follows, and how many queries each part takes."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from allauth.mfa.models import Authenticator
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts.models import BuilderProfile, Notification, User
from accounts.personal_data import erasure
from accounts.roles import Role
from accounts.tokens import services as tokens
from bookings.agreement import services
from bookings.conversations.delivery import open_for
from bookings.guests import merging
from bookings.guests.services import prove
from bookings.models import Booking, BookingEvent, GuestMerge
from bookings.states import Side, Verb
from core import clock, outbox
from core.errors import Refused
from core.models import AuditEntry
from messaging import services as messaging
from messaging.models import Message, Participant
from operations.models import StaffNote
from operations.people.acts import ACTS
from operations.people.sections import SECTIONS
from operations.rights import PERSON_RIGHTS
from payments.models import Payment
from tests.bookings.billing.cast import receive
from tests.bookings.cast import book, book_as_guest, builder_of, free_shop, shop
from tests.bookings.cast import confirmed as confirmed_booking
from tests.cast import make_person
from tests.factories.payments import PaymentFactory
from tests.scheduling.cast import soon

pytestmark = pytest.mark.django_db
Confirmed = Callable[[User], Client]
FOR_ADMINS = {
    "reset-factors", "suspend", "lift", "export", "erase", "merge", "undo-merge", "grant-builder", "grant-support",
    "grant-admin", "revoke-builder", "revoke-support", "revoke-admin",
}  # fmt: skip
QUERIES = {
    "page": 10,
    "bookings": 4,
    "conversations": 5,
    "payments": 4,
    "reviews": 4,
    "mails": 4,
    "sessions": 4,
    "tokens": 4,
    "acting": 4,
    "audit": 5,
}
FOR_ALL_STAFF = {"confirm-address", "sign-out"}


def act_url(person: User, slug: str) -> str:
    return reverse("operations:person_act", args=[person.pk, slug])


def do(browser: Client, person: User, slug: str, **answers: str) -> Any:
    """Does something with the person by its form, and returns the answer."""
    return browser.post(act_url(person, slug), {"reason": "They asked for it.", **answers})


def test_each_act_is_open_to_the_roles_that_are_declared(
    confirmed: Confirmed, suri: User, alex: User, cleo: User
) -> None:
    support, admin = confirmed(suri), confirmed(alex)

    answers = {slug: (support.get(act_url(cleo, slug)), admin.get(act_url(cleo, slug))) for slug in ACTS}

    assert {slug for slug, (for_support, _) in answers.items() if for_support.status_code == 403} == FOR_ADMINS
    assert {slug for slug, (for_support, _) in answers.items() if for_support.status_code != 403} == FOR_ALL_STAFF
    assert [slug for slug, (_, for_admin) in answers.items() if for_admin.status_code == 403] == []
    assert set(ACTS) <= set(PERSON_RIGHTS)
    assert support.post(act_url(cleo, "suspend"), {"reason": "x"}).status_code == 403
    cleo.refresh_from_db()
    assert cleo.is_active


def test_an_admin_takes_the_role_of_a_builder_after_reading_what_follows(
    confirmed: Confirmed, alex: User, ada: User, cleo: User
) -> None:
    booking = confirmed_booking(shop(ada), cleo)
    BuilderProfile.objects.filter(user=ada).update(is_published=True)
    browser = confirmed(alex)

    page = browser.get(act_url(ada, "revoke-builder")).content.decode()
    without_reason = browser.post(act_url(ada, "revoke-builder"), {"reason": ""})
    do(browser, ada, "revoke-builder", reason="Her papers have expired.")

    assert "1 coming session stay booked" in page
    assert "Their listing is hidden" in page
    assert without_reason.status_code == 422
    assert Role.BUILDER not in User.objects.get(pk=ada.pk).roles
    assert not BuilderProfile.objects.get(user=ada).is_published
    booking.refresh_from_db()
    assert booking.state == "CONFIRMED"
    assert "Her papers have expired." in Notification.objects.get(person=ada, kind="role").text
    assert AuditEntry.objects.filter(action="role revoked", actor=alex).exists()


def test_grave_acts_ask_for_the_password(browser_of: Confirmed, alex: User, cleo: User) -> None:
    answer = do(browser_of(alex), cleo, "suspend")

    assert answer["Location"].startswith(reverse("account_reauthenticate"))
    cleo.refresh_from_db()
    assert cleo.is_active


def test_an_account_is_suspended_and_works_again(
    confirmed: Confirmed, browser_of: Confirmed, alex: User, cleo: User
) -> None:
    browser, cleos = confirmed(alex), browser_of(cleo)
    tokens.issue(user=cleo, name="laptop")

    do(browser, cleo, "suspend")

    assert cleos.get(reverse("accounts:settings")).status_code == 302
    assert not cleo.api_tokens.live().exists()
    cleo.refresh_from_db()
    assert not cleo.is_active
    assert AuditEntry.objects.get(action="person switched off").after == {"reason": "They asked for it."}

    do(browser, cleo, "lift")

    cleo.refresh_from_db()
    assert cleo.is_active
    assert {news.title for news in Notification.objects.filter(person=cleo)} == {
        "Your account is suspended", "You can use your account again",
    }  # fmt: skip


def test_staff_help_somebody_to_sign_in(confirmed: Confirmed, suri: User, alex: User, cleo: User) -> None:
    cleo.emailaddress_set.all().delete()
    Authenticator.objects.create(user=cleo, type=Authenticator.Type.TOTP, data={})

    do(confirmed(suri), cleo, "confirm-address")
    do(confirmed(suri), cleo, "sign-out")
    do(confirmed(alex), cleo, "reset-factors")
    do(confirmed(alex), cleo, "export")

    assert cleo.emailaddress_set.get().verified
    assert not Authenticator.objects.filter(user=cleo).exists()
    actions = set(AuditEntry.objects.exclude(actor=cleo).values_list("action", flat=True))
    assert {
        "address confirmed by staff", "signed out everywhere", "second factor removed", "data export asked for",
    } <= actions  # fmt: skip


def test_an_admin_erases_an_account_once(confirmed: Confirmed, alex: User, cleo: User) -> None:
    browser = confirmed(alex)

    do(browser, cleo, "erase")

    cleo.refresh_from_db()
    assert cleo.email.endswith("@erased.invalid")
    assert AuditEntry.objects.get(action="erasure by staff").actor_id == alex.pk
    page = browser.get(reverse("operations:person", args=[cleo.pk])).content.decode()
    assert "Erased" in page
    assert act_url(cleo, "lift") not in page


def confirmed_as_guest(builder: User) -> Booking:
    """Returns a confirmed session with a price, booked by a guest who has not confirmed their address."""
    booking = book_as_guest(free_shop(builder), soon(10))
    Booking.objects.filter(pk=booking.pk).update(proof_due_at=None, rate=90, total=90)
    return services.confirm(booking=Booking.objects.complete().get(pk=booking.pk), by=builder_of(booking))


def test_bookings_of_a_guest_move_into_an_account_and_back(
    confirmed: Confirmed, alex: User, cleo: User, ada: User
) -> None:
    session_type = free_shop(ada)
    guests = book_as_guest(session_type, soon(10))
    own = book(session_type, cleo, soon(12))
    joined = prove(booking=guests, now=clock.now())
    assert joined is not None
    assert guests.guest is not None
    payment = PaymentFactory.create(subject_id=guests.pk, payee=ada, payer=joined.person)
    browser = confirmed(alex)

    form = browser.get(act_url(cleo, "merge")).content.decode()
    do(browser, cleo, "merge", email=guests.guest.email)

    assert "Both sides of each booking read it" in form

    assert set(Booking.objects.filter(client=cleo)) == {guests, own}
    assert Booking.objects.get(pk=guests.pk).seat.person_id == cleo.pk
    payment.refresh_from_db()
    assert payment.payer == cleo  # who would get a refund as credit
    event = BookingEvent.objects.filter(booking=guests, verb=Verb.JOIN).latest("id")
    assert (event.side, event.actor_id) == (Side.SUPPORT, alex.pk)

    do(browser, cleo, "undo-merge")

    assert list(Booking.objects.filter(client=cleo)) == [own]
    assert Booking.objects.get(pk=guests.pk).client == joined.person
    payment.refresh_from_db()
    assert payment.payer == joined.person
    assert GuestMerge.objects.get().undone_by == alex
    with pytest.raises(Refused):
        merging.undo(merged=GuestMerge.objects.get(), by=alex, reason="again")


def test_the_messages_of_a_merged_guest_move_along_and_back(alex: User, cleo: User, ada: User) -> None:
    booking = confirmed_as_guest(ada)
    assert booking.guest is not None
    messaging.send(sender=open_for(booking), text="I come by train.")

    merged = merging.merge(person=cleo, email=booking.guest.email, by=alex, reason="Asked by mail.")
    outbox.deliver_due()
    assert Message.objects.filter(sender__user=cleo, text="I come by train.").exists()
    merging.undo(merged=merged, by=alex, reason="It was somebody else.")
    outbox.deliver_due()

    assert Message.objects.get(text="I come by train.").sender.guest_key == booking.guest.pk.hex  # type: ignore[union-attr]  # it has a sender
    assert not Participant.objects.filter(user=cleo).exists()


@pytest.mark.parametrize("has_account", [False, True], ids=["nobody's", "of an account"])
def test_the_payment_of_a_merged_booking_moves_with_it_and_back(
    alex: User, cleo: User, ada: User, has_account: bool
) -> None:
    booking = confirmed_as_guest(ada)
    assert booking.guest is not None
    joined = prove(booking=booking, now=clock.now()) if has_account else None
    payment = receive(booking)

    merged = merging.merge(person=cleo, email=booking.guest.email, by=alex, reason="Asked by mail.")
    after_merge = Payment.objects.get(pk=payment.pk).payer
    merging.undo(merged=merged, by=alex, reason="It was somebody else.")

    assert after_merge == cleo
    assert Payment.objects.get(pk=payment.pk).payer == (joined.person if joined else None)


def test_erasing_the_account_removes_why_bookings_were_merged(alex: User, cleo: User, ada: User) -> None:
    booking = book_as_guest(free_shop(ada), soon(10))
    prove(booking=booking, now=clock.now())
    assert booking.guest is not None
    merging.merge(person=cleo, email=booking.guest.email, by=alex, reason="Cleo is Gwen.")

    erasure.erase(user=cleo)

    assert GuestMerge.objects.get().reason == ""


def test_a_merge_is_refused_for_members_and_cannot_be_undone_after_30_days(alex: User, cleo: User, ada: User) -> None:
    sam = make_person("Sam Lee")
    book(shop(ada), sam, soon(14))
    with pytest.raises(Refused, match="another member"):
        merging.merge(person=cleo, email=sam.email, by=alex, reason="x")
    with pytest.raises(Refused, match="Nobody booked"):
        merging.merge(person=cleo, email="nobody@people.test", by=alex, reason="x")

    guests = book_as_guest(free_shop(ada), soon(10))
    prove(booking=guests, now=clock.now())
    assert guests.guest is not None
    merged = merging.merge(person=cleo, email=guests.guest.email, by=alex, reason="x")
    GuestMerge.objects.update(created_at=clock.now() - timedelta(days=31))
    with pytest.raises(Refused, match="30 days"):
        merging.undo(merged=merged, by=alex, reason="x")


def test_a_conversation_opens_with_a_reason_that_is_kept(
    confirmed: Confirmed, suri: User, cleo: User, ada: User
) -> None:
    mine = open_for(confirmed_booking(shop(ada), cleo))
    messaging.send(sender=mine, text="Where do we meet?")
    browser = confirmed(suri)
    address = reverse("operations:person_conversation", args=[cleo.pk, mine.conversation_id])

    before = browser.get(address).content.decode()
    refused = browser.post(address, {"reason": ""})
    opened = browser.post(address, {"reason": "Reported for rudeness."}).content.decode()

    assert "Where do we meet?" not in before + refused.content.decode()
    assert "Where do we meet?" in opened
    entry = AuditEntry.objects.get(action="conversation read")
    assert (entry.actor_id, entry.after) == (suri.pk, {"reason": "Reported for rudeness."})


def test_staff_leave_notes(confirmed: Confirmed, suri: User, cleo: User) -> None:
    browser = confirmed(suri)

    browser.post(reverse("operations:person_note", args=[cleo.pk]), {"text": "Called on Monday."})

    assert "Called on Monday." in browser.get(reverse("operations:person", args=[cleo.pk])).content.decode()
    assert StaffNote.objects.get().author == suri
    assert browser.post(reverse("operations:person_note", args=[cleo.pk]), {"text": ""}).status_code == 422


def test_the_address_leads_to_the_person(confirmed: Confirmed, suri: User, cleo: User) -> None:
    browser = confirmed(suri)

    answer = browser.get(reverse("operations:people"), {"address": " Cleo.Park@people.test "})

    assert answer["Location"] == reverse("operations:person", args=[cleo.pk])
    assert "Nobody has an account" in browser.get("/operations/people/?address=x@y.test").content.decode()


def test_the_page_and_its_parts_take_as_many_queries_for_many_rows(
    confirmed: Confirmed, suri: User, cleo: User, ada: User
) -> None:
    session_type, browser = shop(ada), confirmed(suri)
    booking = confirmed_booking(session_type, cleo, soon(10))
    messaging.send(sender=open_for(booking), text="Hello")
    tokens.issue(user=cleo, name="laptop")

    def ask() -> dict[str, int]:
        with CaptureQueriesContext(connection) as captured:
            assert browser.get(reverse("operations:person", args=[cleo.pk])).status_code == 200
        counts = {"page": len(captured)}
        for slug in SECTIONS:
            with CaptureQueriesContext(connection) as captured:
                page = browser.get(reverse("operations:person_section", args=[cleo.pk, slug]), HTTP_HX_REQUEST="true")
            assert "<html" not in page.content.decode()
            counts[slug] = len(captured)
        return counts

    ask()  # fills caches
    assert ask() == QUERIES
    for hour in (12, 14, 16):
        confirmed_booking(session_type, cleo, soon(hour))
    tokens.issue(user=cleo, name="phone")
    assert ask() == QUERIES
