"""Tests of the pages about mail for staff."""

from __future__ import annotations

import pytest
from django.test import Client
from django.urls import reverse
from pytest_django import DjangoAssertNumQueries

from accounts.models import User
from core import outbox
from core.mail_log.content import MailContent, sealed
from core.mail_log.models import DeadAddress, MailLogEntry
from core.models import AuditEntry
from tests.factories.core import DeadAddressFactory, MailLogEntryFactory

pytestmark = pytest.mark.django_db
LIST = reverse("operations:mail")
KEY = "https://waymark.example/account/password/reset/key/abc-123/"


@pytest.fixture
def suris(client: Client, suri: User) -> Client:
    """Returns a browser in which Suri, of support, is signed in."""
    client.force_login(suri)
    return client


def test_support_finds_a_mail_that_failed_reads_why_and_sends_it_again(suris: Client, suri: User) -> None:
    MailLogEntryFactory.create(recipient="fine@people.test", subject="All is well")
    content = sealed(MailContent(text=f"Choose a password: {KEY}", html=f'<a href="{KEY}">Choose</a>'))
    failed = MailLogEntryFactory.create(
        recipient="cleo@people.test",
        subject="New password",
        content=content,
        state="failed",
        last_response="550 5.7.1 No",
    )

    for query in ("state=trouble", "address=cleo", "kind=booking&state=failed", "since=2026-01-01&address=CLEO@"):
        page = suris.get(f"{LIST}?{query}").content.decode()
        assert "New password" in page
        assert "All is well" not in page
    assert "New password" not in suris.get(f"{LIST}?until=2026-01-01").content.decode()

    address = reverse("operations:mail_message", args=[failed.pk])
    for shown in (suris.get(address), suris.get(f"{address}html/")):
        assert "abc-123" not in shown.content.decode()
        assert "[hidden]" in shown.content.decode()
    assert "sandbox" in suris.get(f"{address}html/")["Content-Security-Policy"]

    page = suris.post(reverse("operations:send_mail_again", args=[failed.pk]), follow=True).content.decode()
    assert "on its way to cleo@people.test again" in page
    twice = suris.post(reverse("operations:send_mail_again", args=[failed.pk]), follow=True).content.decode()
    assert "sent again less than a minute ago" in twice
    outbox.deliver_due()
    failed.refresh_from_db()
    copy = MailLogEntry.objects.get(recipient="cleo@people.test", state="sent")
    assert (failed.state, copy.state, copy.recipient) == ("repeated", "sent", "cleo@people.test")
    assert copy.opened is not None
    assert KEY in copy.opened.text, "its link works"
    assert AuditEntry.objects.get(action="email sent again").actor == suri


def test_an_address_that_takes_no_mail_is_listed_and_released(suris: Client) -> None:
    dead = DeadAddressFactory.create(address="gone@people.test", detail="550 5.1.1 No such user")
    entry = MailLogEntryFactory.create(recipient="gone@people.test", state="bounced")
    assert "Takes no mail" in suris.get(LIST).content.decode()
    suris.post(reverse("operations:send_mail_again", args=[entry.pk]))
    assert MailLogEntry.objects.count() == 1

    page = suris.get(reverse("operations:dead_addresses")).content.decode()
    assert "gone@people.test" in page
    assert "550 5.1.1 No such user" in page
    suris.post(reverse("operations:release_address", args=[dead.pk]))

    assert not DeadAddress.objects.dead().exists()
    assert "Mail reaches everybody" in suris.get(reverse("operations:dead_addresses")).content.decode()


def test_a_mail_that_quotes_a_conversation_is_not_shown(suris: Client) -> None:
    entry = MailLogEntryFactory.create(
        kind="unread", content=sealed(MailContent(text="A secret.", html="<p>A secret.</p>"))
    )
    address = reverse("operations:mail_message", args=[entry.pk])

    page = suris.get(address).content.decode()

    assert "A secret." not in page
    assert "quotes a private conversation" in page
    assert suris.get(f"{address}html/").status_code == 404


def test_the_list_of_mails_takes_the_same_queries_for_many(
    suris: Client, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    MailLogEntryFactory.create()
    with django_assert_num_queries(6):
        suris.get(LIST)
    MailLogEntryFactory.create_batch(60)
    with django_assert_num_queries(6):
        first = suris.get(LIST)
    second = suris.get(f"{LIST}?after={first.context['page'].next_cursor}")
    assert len(second.context["page"].rows) == 11
    assert suris.get(f"{LIST}?after=nonsense").status_code == 404
