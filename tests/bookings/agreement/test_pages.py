"""Pages after booking: lists, the page of a booking, the admin, and personal data."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from accounts.models import User
from accounts.personal_data import erasure
from bookings.agreement import services
from bookings.agreement.transitions import Actor
from bookings.guests import services as guests
from bookings.models import Booking, Guest
from bookings.states import Side
from coaching.models import SessionType
from core import clock
from core.personal import exported
from tests.bookings.cast import book, builder_of, client_of, confirmed, free_shop, state_of
from tests.cast import make_person
from tests.factories.coaching import CancellationTierFactory
from tests.reading import visible_text
from tests.scheduling.cast import live, soon

pytestmark = pytest.mark.django_db


def url(name: str, booking: Booking) -> str:
    return reverse(f"bookings:{name}", args=[booking.reference])


# Lists ---------------------------------------------------------------------------------------------------


def test_empty_lists_explain_what_to_do(cleos: Client, ada: User) -> None:
    assert "Find a builder and book your first session." in visible_text(cleos.get("/bookings/"))
    cleos.force_login(ada)
    assert "No requests waiting" in visible_text(cleos.get("/dashboard/bookings/?show=to-answer"))


def test_tabs_and_search_select_bookings(cleos: Client, hour: SessionType, cleo: User) -> None:
    waiting, agreed, gone = book(hour, cleo, soon(9)), confirmed(hour, cleo, soon(10)), book(hour, cleo, soon(11))
    services.cancel(booking=gone, by=client_of(gone))

    def seen(query: str) -> set[str]:
        page = cleos.get(f"/bookings/?{query}").content.decode()
        return {booking.reference for booking in (waiting, agreed, gone) if booking.get_absolute_url() in page}

    assert seen("") == {waiting.reference, agreed.reference}
    assert seen("show=to-answer") == {waiting.reference}
    assert seen("show=cancelled") == {gone.reference}
    assert seen("show=past") == set()
    assert seen(f"q={agreed.reference.lower()}") == {agreed.reference}
    assert seen("q=ada+coaching") == {waiting.reference, agreed.reference}
    assert seen("q=zither") == set()
    assert seen("pathway=accelerate") == set()
    assert "No bookings match" in visible_text(cleos.get("/bookings/?q=zither"))


def test_a_stranger_cannot_see_or_change_a_booking(
    hour: SessionType, cleo: User, browser_of: Callable[[User | None], Client]
) -> None:
    booking = confirmed(hour, cleo)
    other = browser_of(make_person("Sam Lee"))

    assert booking.reference not in other.get("/bookings/").content.decode()
    for name in ("booking", "booked", "calendar", "move", "end"):
        assert other.get(url(name, booking)).status_code == 404
    assert other.post(url("act", booking), {"verb": "confirm"}).status_code == 404


def test_the_list_needs_the_same_queries_for_few_and_many_bookings(
    cleos: Client, hour: SessionType, cleo: User, django_assert_num_queries: Any
) -> None:
    cleos.get("/bookings/")  # so that the flag is in the cache
    for count in (1, 6):
        for at in range(count):
            if not Booking.objects.filter(starts_at=soon(9 + at)).exists():
                confirmed(hour, cleo, soon(9 + at))
        with django_assert_num_queries(8):
            cleos.get("/bookings/")


# A booking ---------------------------------------------------------------------------------------------


def test_a_builder_answers_and_a_client_sees_it(
    hour: SessionType, cleo: User, browser_of: Callable[[User | None], Client]
) -> None:
    booking = book(hour, cleo)
    hers, cleos = browser_of(hour.builder), browser_of(cleo)

    assert "Confirm" not in visible_text(cleos.get(url("booking", booking))).replace("Confirmed", "")
    hers.post(url("act", booking), {"verb": "confirm"})
    seen = visible_text(cleos.get(url("booking", booking)))

    assert state_of(booking) == "CONFIRMED"
    assert "Confirmed by Ada Moreno" in seen
    assert "Requested by Cleo Park" in seen


def test_both_time_zones_are_shown_where_they_differ(cleos: Client, hour: SessionType, cleo: User) -> None:
    booking = confirmed(hour, cleo, soon(10))

    seen = visible_text(cleos.get(url("booking", booking)))

    assert "09:00–10:00" in seen
    assert "10:00–11:00 (Berlin time" in seen


def test_declining_needs_a_reason(adas: Client, hour: SessionType, cleo: User) -> None:
    booking = book(hour, cleo)

    without = adas.post(url("end", booking), {"reason": ""})
    assert without.status_code == 422
    assert "Give a reason" in visible_text(without)
    adas.post(url("end", booking), {"reason": "I am away that week."})

    assert state_of(booking) == "CANCELLED"
    assert Booking.objects.get().cancel_reason == "I am away that week."


def test_the_fee_is_shown_before_cancelling(cleos: Client, hour: SessionType, cleo: User) -> None:
    CancellationTierFactory.create(session_type=hour, hours=0, percent=50)
    booking = confirmed(hour, cleo)

    assert "cancelling now costs $45.00 , 50% of $90.00" in visible_text(cleos.get(url("end", booking)))
    assert state_of(booking) == "CONFIRMED", "looking changes nothing"
    cleos.post(url("end", booking), {"reason": "Ill."})
    assert "Cancellation fee: $45.00" in visible_text(cleos.get(url("booking", booking)))
    again = cleos.post(url("end", booking), {"reason": "Ill."}, follow=True)
    assert "can no longer be cancelled" in visible_text(again)


def test_moving_a_booking_through_its_pages(cleos: Client, hour: SessionType, cleo: User) -> None:
    booking = book(hour, cleo, soon(10))
    address = url("move", booking)

    choose = cleos.get(address, {"day": f"{soon():%Y-%m-%d}"})
    assert "Currently on" in visible_text(choose)
    assert f'value="{soon(10):%Y-%m-%dT%H:%M:%SZ}"' in choose.content.decode(), "its own time is free for it"
    review = cleos.get(address, {"start": soon(14).isoformat()})
    assert "Moving it is free." in visible_text(review)
    cleos.post(address, {"start": soon(14).isoformat(), "reason": "A train."})

    moved = Booking.objects.get()
    assert (moved.starts_at, moved.previous_start) == (soon(14), soon(10))
    assert "A train." in visible_text(cleos.get(url("booking", booking)))


def test_moving_to_a_time_that_is_taken(cleos: Client, hour: SessionType, cleo: User) -> None:
    booking = book(hour, cleo, soon(10))
    book(hour, make_person("Sam Lee"), soon(14))

    back = cleos.post(url("move", booking), {"start": soon(14).isoformat()}, follow=True)

    assert "is no longer available" in visible_text(back)
    assert Booking.objects.get(pk=booking.pk).starts_at == soon(10)


@pytest.mark.parametrize("verb", ["", "decline", "cancel", "resolve", "nonsense"])
def test_other_verbs_are_not_found(adas: Client, hour: SessionType, cleo: User, verb: str) -> None:
    booking = book(hour, cleo)

    assert adas.post(url("act", booking), {"verb": verb}).status_code == 404
    assert state_of(booking) == "PENDING"


def test_a_client_cannot_confirm(cleos: Client, hour: SessionType, cleo: User) -> None:
    booking = book(hour, cleo)

    assert cleos.post(url("act", booking), {"verb": "confirm"}).status_code in (302, 403)
    assert state_of(booking) == "PENDING"


def test_the_calendar_file_can_be_downloaded(cleos: Client, hour: SessionType, cleo: User) -> None:
    booking = confirmed(hour, cleo)

    answer = cleos.get(url("calendar", booking))

    assert answer["Content-Type"].startswith("text/calendar")
    assert booking.reference in answer["Content-Disposition"]
    assert booking.calendar_uid in answer.content.decode().replace("\r\n ", "")


# Staff ---------------------------------------------------------------------------------------------------


def test_support_can_cancel_only_with_a_reason(
    hour: SessionType, cleo: User, suri: User, browser_of: Callable[[User | None], Client]
) -> None:
    booking = confirmed(hour, cleo)
    staff = browser_of(suri)
    address = reverse("admin:bookings_booking_changelist")

    assert booking.reference in staff.get(address, {"q": "cleo"}).content.decode()
    assert staff.get(reverse("admin:bookings_booking_change", args=[booking.pk])).status_code == 200
    form = {"action": "cancel", "_selected_action": str(booking.pk)}
    assert "Give a reason" in staff.post(address, form, follow=True).content.decode()
    staff.post(address, form | {"reason": "The builder has left."})

    ended = Booking.objects.get()
    assert (ended.state, ended.cancelled_by) == ("CANCELLED", "support")
    assert "The builder has left." in visible_text(staff.get(url("booking", booking)))


# A person's data -------------------------------------------------------------------------------------------


def test_a_data_export_contains_the_bookings(hour: SessionType, cleo: User) -> None:
    booking = confirmed(hour, cleo, notes="About my app.")

    rows = {part.name: part.rows for part in exported(cleo)}

    assert rows["bookings"][0]["reference"] == booking.reference
    assert rows["bookings"][0]["notes"] == "About my app."
    assert len(rows["booking events"]) == 1


def test_erasing_a_client_cancels_sessions_ahead_and_keeps_the_booking(hour: SessionType, cleo: User) -> None:
    booking = confirmed(hour, cleo, notes="My secret.")

    erasure.erase(user=cleo)
    erasure.erase(user=cleo)

    kept = Booking.objects.complete().get(pk=booking.pk)
    assert (kept.state, kept.notes, kept.client_name) == ("CANCELLED", "", "Somebody who left")
    assert live() == 0
    assert not kept.events.exclude(reason="").exists()


def test_erasing_a_builder_cancels_sessions_and_notifies_clients(hour: SessionType, cleo: User) -> None:
    agreed, requested = confirmed(hour, cleo, soon(9)), book(hour, cleo, soon(10))

    erasure.erase(user=hour.builder)

    assert {state_of(agreed), state_of(requested)} == {"CANCELLED"}
    assert cleo.notifications.filter(title__startswith="Cancelled").exists()


def test_a_guest_who_joined_is_erased_with_the_account(guests_booking: Booking) -> None:
    joined = guests.prove(booking=guests_booking, now=clock.now())
    assert joined is not None

    erasure.erase(user=joined.person)

    assert Guest.objects.get().email.endswith("@erased.invalid")
    assert Booking.objects.get().client_name == "Somebody who left"


def test_clients_of_a_group_do_not_see_each_other(ada: User, cleo: User, browser_of: Callable[[User | None], Client]) -> None:  # fmt: skip
    clinic = free_shop(ada, seats=3)
    sam = make_person("Sam Lee")
    hers, his = book(clinic, cleo), book(clinic, sam)
    assert hers.seat.reservation_id == his.seat.reservation_id

    services.cancel(booking=his, by=Actor(Side.CLIENT, sam))

    page = browser_of(cleo).get(url("booking", hers)).content.decode()
    assert "Sam" not in page
    assert state_of(hers) == "CONFIRMED"
    assert live() == 1
    assert builder_of(hers).person == ada
