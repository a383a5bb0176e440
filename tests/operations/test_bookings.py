"""The page of one booking for staff: what they do with it, and how many queries it takes."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.models import User
from bookings.agreement import services
from bookings.disputes import no_shows
from bookings.models import Booking, BookingEvent
from bookings.states import Side, State, Verb
from coaching.models import SessionType
from core.errors import Refused
from core.models import AuditEntry
from operations.models import StaffNote
from tests.accounts.pages import sent_emails
from tests.bookings.cast import book, book_as_guest, builder_of, client_of, confirmed, free_shop, shop
from tests.scheduling.cast import soon

pytestmark = pytest.mark.django_db
QUERIES = 11


def page_of(booking: Booking) -> str:
    return reverse("operations:booking", args=[booking.reference])


def do(browser: Client, booking: Booking, slug: str, **answers: str) -> Any:
    """Does something with the booking by its form, and returns the answer."""
    return browser.post(f"{page_of(booking)}do/{slug}/", {"reason": "They asked for it.", **answers})


def test_support_confirms_moves_and_cancels_with_a_reason(
    suri: User, cleo: User, ada: User, browser_of: Callable[[User], Client]
) -> None:
    booking, browser = book(shop(ada), cleo, soon(10)), browser_of(suri)
    later = timezone.localtime(soon(14), ZoneInfo(ada.timezone))

    do(browser, booking, "confirm")
    do(browser, booking, "move", day=later.date().isoformat(), time=f"{later:%H:%M}")
    without_reason = do(browser, booking, "cancel", reason="")
    do(browser, booking, "cancel")

    booking.refresh_from_db()
    assert without_reason.status_code == 422
    assert (booking.state, booking.starts_at, booking.cancelled_by) == (State.CANCELLED, soon(14), Side.SUPPORT)
    events = BookingEvent.objects.filter(booking=booking, side=Side.SUPPORT, actor=suri)
    assert [event.verb for event in events] == [Verb.CONFIRM, Verb.RESCHEDULE, Verb.CANCEL]
    page = browser.get(page_of(booking)).content.decode()
    assert "They asked for it." in page
    assert f"{page_of(booking)}do/cancel/" not in page
    assert do(browser, booking, "cancel")["Location"] == page_of(booking)


def test_support_decides_contested_no_shows(
    suri: User, cleo: User, ada: User, browser_of: Callable[[User], Client]
) -> None:
    session_type, browser = shop(ada), browser_of(suri)
    upheld, withdrawn = (done_and_contested(session_type, cleo, hour) for hour in (10, 12))
    assert "do/uphold/" in browser.get(page_of(upheld)).content.decode()

    do(browser, upheld, "uphold", reason="The call shows that nobody joined.")
    do(browser, withdrawn, "excuse", reason="The call shows both.")

    for booking in (upheld, withdrawn):
        booking.refresh_from_db()
    assert (upheld.no_show_by, withdrawn.no_show_by) == (Side.CLIENT, "")
    mails = [mail for mail in sent_emails() if mail.subject.startswith("No-show upheld")]
    assert {mail.to for mail in mails} == {cleo.email, ada.email}
    assert all("The call shows that nobody joined." in mail.text for mail in mails)
    assert AuditEntry.objects.get(action="no-show upheld").actor == suri
    page = browser.get(page_of(upheld)).content.decode()
    assert "do/uphold/" not in page
    assert ", upheld" in page
    with pytest.raises(Refused):
        no_shows.contest(booking=upheld, by=client_of(upheld), reason="Again.")


def done_and_contested(session_type: SessionType, client: User, hour: int) -> Booking:
    """Returns a completed session whose client contests that they did not come."""
    booking = confirmed(session_type, client, soon(hour))
    services.start(booking=booking, by=builder_of(booking))
    services.complete(booking=booking, by=builder_of(booking))
    no_shows.say(booking=booking, by=builder_of(booking))
    return no_shows.contest(booking=booking, by=client_of(booking), reason="I was there.")


def test_support_writes_to_a_side_and_notes_it(
    suri: User, cleo: User, ada: User, browser_of: Callable[[User], Client]
) -> None:
    booking, browser = confirmed(shop(ada), cleo), browser_of(suri)

    do(browser, booking, "contact", side="builder", text="Could you look at the link?")
    browser.post(f"{page_of(booking)}note/", {"text": "Asked Ada."})

    letter = next(mail for mail in sent_emails() if booking.reference in mail.subject and "link?" in mail.text)
    assert letter.to == ada.email
    page = browser.get(page_of(booking)).content.decode()
    assert "Asked Ada." in page
    assert f"About your session {booking.reference}" in page
    assert "/operations/mail/" in page.partition("mails-title")[2]
    assert StaffNote.objects.get().booking == booking
    assert AuditEntry.objects.get(action="wrote to a side").after == {"side": "builder"}


def test_a_reference_leads_to_its_booking_also_of_a_guest(
    suri: User, ada: User, browser_of: Callable[[User], Client]
) -> None:
    booking, browser = book_as_guest(free_shop(ada), soon(10)), browser_of(suri)

    answer = browser.get(reverse("operations:bookings"), {"reference": f" {booking.reference.lower()} "})

    assert answer["Location"] == page_of(booking)
    assert "a guest" in browser.get(page_of(booking)).content.decode()
    assert "There is no booking" in browser.get("/operations/bookings/?reference=WM-222222").content.decode()


def test_the_page_takes_as_many_queries_for_a_long_history(
    suri: User, cleo: User, ada: User, browser_of: Callable[[User], Client], django_assert_num_queries: Any
) -> None:
    booking, browser = confirmed(shop(ada), cleo, soon(10)), browser_of(suri)
    browser.get(page_of(booking))  # fills caches
    with django_assert_num_queries(QUERIES):
        browser.get(page_of(booking))

    services.cancel(booking=booking, by=builder_of(booking), reason="Ill")

    with django_assert_num_queries(QUERIES):
        page = browser.get(page_of(booking)).content.decode()
    assert "Ill" in page
