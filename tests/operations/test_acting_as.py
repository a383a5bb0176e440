"""Staff act as a person: what they can do meanwhile, what stays closed, and how it ends."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from allauth.mfa.models import Authenticator
from django.contrib.auth.models import AnonymousUser
from django.http import HttpRequest, HttpResponse
from django.test import Client
from django.urls import reverse

from accounts import by_staff, services
from accounts.acting_as import services as acting_as
from accounts.acting_as.middleware import ActAs
from accounts.models import ActingSession, Notification, User
from accounts.personal_data import erasure
from accounts.roles import Role
from accounts.sign_in import second_factors
from bookings.models import BookingEvent
from bookings.states import Verb
from core import audit, clock
from core.acting import allowed_while_acting
from core.errors import Refused
from core.models import AuditEntry, OutboxMessage
from tests.bookings.cast import book, shop
from tests.conventions.addresses import ADDRESSES, ADMIN, PAGES
from tests.operations.cast import REASON, act_as

pytestmark = pytest.mark.django_db
Confirmed = Callable[[User], Client]
CLOSED = (
    "account_", "mfa_", "usersessions_", "api:", "admin:", "operations:", "insights:", "referrals:", "payments:", "messaging:",
    "connections:", "accounts:tokens", "accounts:revoke", "accounts:request_export", "accounts:download",
    "accounts:erase", "accounts:data", "accounts:settings", "accounts:apply", "bookings:pay", "bookings:invoice",
    "bookings:receipt", "bookings:refund", "bookings:messages", "bookings:guest", "bookings:client_table",
    "bookings:dispute", "scheduling:calendar", "scheduling:connect", "coaching:rates", "coaching:buy",
)  # fmt: skip


def shown_name(browser: Client) -> str:
    """Returns whose name the home page shows in the menu of the account."""
    page = browser.get("/").content.decode()
    return page.partition("Your account, ")[2].partition("<")[0]


def test_staff_see_what_the_person_sees_and_all_they_do_names_them(
    confirmed: Confirmed, suri: User, cleo: User, ada: User
) -> None:
    booking = book(shop(ada), cleo)
    browser = confirmed(suri)
    key_before = browser.session.session_key

    act_as(browser, cleo)
    page = browser.get(reverse("bookings:booking", args=[booking.reference])).content.decode()
    browser.post(reverse("bookings:end", args=[booking.reference]), {"cause": "ill", "reason": "", "version": "1"})

    assert "You act as Cleo Park" in page
    lost = browser.get("/builders/nobody-at-all/")
    assert lost.status_code == 404
    assert "You act as Cleo Park" in lost.content.decode()
    assert "csrfmiddlewaretoken" in lost.content.decode()
    assert browser.session.session_key != key_before
    cancelled = BookingEvent.objects.get(booking=booking, verb=Verb.CANCEL)
    assert (cancelled.actor_id, cancelled.acting_as_id) == (cleo.pk, suri.pk)
    assert BookingEvent.objects.get(booking=booking, verb=Verb.REQUEST).acting_as_id is None
    begun = AuditEntry.objects.get(action="began to act as a person")
    assert (begun.actor_id, (begun.after or {})["reason"]) == (suri.pk, REASON)

    answer = browser.post(reverse("accounts:stop_acting"))

    assert answer["Location"] == reverse("operations:person", args=[cleo.pk])
    assert shown_name(browser) == "Suri Support"
    assert ActingSession.objects.get().end == ActingSession.End.STOPPED


def test_acting_as_a_newcomer_begins_on_a_page_that_is_open(confirmed: Confirmed, suri: User, cleo: User) -> None:
    assert act_as(confirmed(suri), cleo).get(reverse("accounts:start"), follow=True).status_code == 200


def test_the_person_is_told_and_can_read_it_later(
    confirmed: Confirmed, browser_of: Confirmed, suri: User, cleo: User
) -> None:
    confirmed(suri).post(reverse("operations:act_as", args=[cleo.pk]), {"reason": REASON.removesuffix(".")})

    news = Notification.objects.get(person=cleo)
    page = browser_of(cleo).get(reverse("usersessions_list")).content.decode()

    assert f"{REASON} They cannot open" in news.text
    assert "Suri Support, because: Cleo cannot find her booking" in page


def test_the_list_of_the_audit_names_who_really_acted(confirmed: Confirmed, alex: User, suri: User, cleo: User) -> None:
    token = audit.acting_as.set(suri.pk)
    try:
        audit.record(actor=cleo, action="tested", subject=cleo, before=None, after=None)
    finally:
        audit.acting_as.reset(token)

    page = confirmed(alex).get(reverse("admin:core_auditentry_changelist"), {"action": "tested"}).content.decode()

    assert "Suri Support" in page


def test_people_who_want_no_mail_are_mailed_what_is_important(suri: User, alex: User, cleo: User) -> None:
    cleo.wants_mail = False
    cleo.save()
    Authenticator.objects.create(user=cleo, type=Authenticator.Type.TOTP, data={})

    acting_as.begin(staff=suri, person=cleo, reason=REASON)
    second_factors.remove_for(user=cleo, by=alex, reason="Her telephone is lost.")
    by_staff.suspend(person=cleo, by=alex, reason="She asked for it.")

    mails = OutboxMessage.objects.filter(channel="mail", recipient=cleo.email)
    assert sorted(message.payload["subject"] for message in mails) == [
        "Our support team is using your account for up to 30 minutes",
        "Your account is suspended",
        "Your second factor was removed",
    ]


def test_erasing_the_person_removes_the_reason(suri: User, cleo: User) -> None:
    acting_as.begin(staff=suri, person=cleo, reason=REASON)

    erasure.erase(user=cleo)

    assert ActingSession.objects.get().reason == ""


def test_audit_rows_name_who_really_acted(suri: User, cleo: User) -> None:
    token = audit.acting_as.set(suri.pk)
    try:
        entry = audit.record(actor=cleo, action="tested", subject=cleo, before=None, after=None)
    finally:
        audit.acting_as.reset(token)

    assert (entry.actor_id, entry.acting_as_id) == (cleo.pk, suri.pk)


def test_what_is_open_is_listed_and_nothing_of_what_must_stay_closed_is() -> None:
    open_pages = allowed_while_acting()

    assert open_pages <= set(ADDRESSES)
    assert [name for name in open_pages if name.startswith(CLOSED)] == []


@pytest.mark.slow  # asks every address
def test_every_address_that_is_not_listed_is_refused(confirmed: Confirmed, suri: User, cleo: User) -> None:
    browser = act_as(confirmed(suri), cleo)
    closed = {name: row[0] for name, row in (PAGES | ADMIN).items() if name not in allowed_while_acting()}
    for_everybody = {
        "core:healthz", "core:readyz", "core:metrics", "core:media", "core:webhook", "core:webhook_for",
        "core:mail_events",
    }  # fmt: skip

    answers = {
        name: browser.get(reverse(name, kwargs=arguments)).status_code
        for name, arguments in closed.items()
        if name not in for_everybody and not name.startswith("bookings:embed")  # framed pages take no cookies
    }

    assert {name: status for name, status in answers.items() if status != 403} == {}
    assert browser.post(reverse("operations:act_as", args=[suri.pk]), {"reason": "x"}).status_code == 403
    assert browser.post("/api/messages", {}, content_type="application/json").status_code in (403, 404)


def test_the_stream_of_live_events_has_no_person(confirmed: Confirmed, suri: User, cleo: User) -> None:
    browser = act_as(confirmed(suri), cleo)
    streaming, people = HttpRequest(), []
    streaming.path, streaming.session, streaming.user = "/live/", browser.session, suri

    def remember(request: HttpRequest) -> HttpResponse:
        people.append(request.user)
        return HttpResponse(status=204)

    ActAs(remember)(streaming)

    assert people == [AnonymousUser()]


def test_the_stream_leaves_the_session_to_the_next_page(confirmed: Confirmed, suri: User, cleo: User) -> None:
    browser = act_as(confirmed(suri), cleo)
    ActingSession.objects.update(ends_at=clock.now() - timedelta(seconds=1))
    streaming = HttpRequest()
    streaming.path, streaming.session, streaming.user = "/live/", browser.session, suri

    answer = ActAs(lambda request: HttpResponse(status=204))(streaming)

    assert (answer.status_code, streaming.session.modified) == (204, False)
    assert shown_name(browser) == "Suri Support"


@pytest.mark.parametrize("cause", ["time", "rights", "person", "staff", "another"])
def test_it_ends_by_itself(cause: str, confirmed: Confirmed, suri: User, cleo: User, ada: User) -> None:
    browser = act_as(confirmed(suri), cleo)
    assert shown_name(browser) == "Cleo Park"

    if cause == "time":
        ActingSession.objects.update(ends_at=clock.now() - timedelta(seconds=1))
    elif cause == "rights":
        services.revoke(user=suri, role=Role.SUPPORT, by=None, reason="test")
    elif cause == "person":
        User.objects.filter(pk=cleo.pk).update(is_active=False)
    elif cause == "staff":
        services.grant(user=cleo, role=Role.SUPPORT, by=None, reason="test")
    else:
        acting_as.begin(staff=suri, person=ada, reason="in another browser")

    assert shown_name(browser) == "Suri Support"
    assert ActingSession.objects.get(person=cleo).ended_at is not None


@pytest.mark.parametrize("is_part", [False, True], ids=["page", "part"])
def test_what_is_sent_after_the_end_is_not_done_for_staff(
    confirmed: Confirmed, suri: User, cleo: User, is_part: bool
) -> None:
    browser = act_as(confirmed(suri), cleo)
    ActingSession.objects.update(ends_at=clock.now() - timedelta(seconds=1))

    answer = browser.post(
        reverse("accounts:hour_format"), {"clock": "12"}, headers={"HX-Request": "true"} if is_part else {}
    )
    page = browser.get(reverse("operations:front")).content.decode()

    assert (answer.get("HX-Redirect") if is_part else answer["Location"]) == reverse("accounts:start")
    assert "You acted as somebody else for half an hour, which is over now." in page
    assert "What you sent last was not done." in page
    assert User.objects.get(pk=suri.pk).hour_format != "12"


def test_to_stop_after_the_end_leads_on(confirmed: Confirmed, suri: User, cleo: User) -> None:
    browser = act_as(confirmed(suri), cleo)
    key = browser.session.session_key
    ActingSession.objects.update(ends_at=clock.now() - timedelta(seconds=1))

    answer = browser.post(reverse("accounts:stop_acting"))

    assert answer["Location"] == reverse("accounts:start")
    assert "What you sent last was not done." not in browser.get(reverse("operations:front")).content.decode()
    assert browser.session.session_key == key


def test_signing_out_after_the_end_signs_out(confirmed: Confirmed, suri: User, cleo: User) -> None:
    browser = act_as(confirmed(suri), cleo)
    ActingSession.objects.update(ends_at=clock.now() - timedelta(seconds=1))

    browser.post(reverse("account_logout"))

    assert shown_name(browser) == ""


def test_a_suspended_member_of_staff_is_signed_out(confirmed: Confirmed, suri: User, cleo: User) -> None:
    browser = act_as(confirmed(suri), cleo)

    User.objects.filter(pk=suri.pk).update(is_active=False)

    assert shown_name(browser) == ""


def test_signing_out_ends_it_and_signs_staff_out(confirmed: Confirmed, suri: User, cleo: User) -> None:
    browser = act_as(confirmed(suri), cleo)

    browser.post(reverse("account_logout"))

    assert shown_name(browser) == ""
    assert ActingSession.objects.get().end == ActingSession.End.SIGNED_OUT


def test_nobody_acts_as_staff_or_without_their_password(
    confirmed: Confirmed, browser_of: Confirmed, suri: User, alex: User, cleo: User, ada: User
) -> None:
    page = reverse("operations:act_as", args=[cleo.pk])

    assert confirmed(suri).post(reverse("operations:act_as", args=[alex.pk]), {"reason": REASON}).status_code == 422
    assert browser_of(suri).post(page, {"reason": REASON})["Location"].startswith(reverse("account_reauthenticate"))
    assert confirmed(ada).post(page, {"reason": REASON}).status_code == 403
    assert not ActingSession.objects.exists()
    with pytest.raises(Refused):
        acting_as.begin(staff=ada, person=cleo, reason=REASON)
