"""People are told once, where they want to be told, and only of what happened."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import transaction
from django.test import Client
from django.urls import reverse

from accounts import notifications
from accounts.models import Notification, User
from accounts.notifications import NewNotification, notify
from core import outbox
from core.demo_mail import stored_emails
from core.models import OutboxMessage
from core.registry import register_notification_kind

pytestmark = pytest.mark.django_db


def news(
    event: str = "e1", title: str = "Ada confirmed your session", text: str = "Tuesday at ten."
) -> NewNotification:
    return NewNotification(kind="role", event=event, title=title, text=text, path="/pathways/", call="Open it")


def test_one_event_is_one_notification_and_one_mail(cleo: User) -> None:
    notify(cleo, news())
    notify(cleo, news())
    outbox.deliver_due()

    assert Notification.objects.count() == 1
    (letter,) = stored_emails()
    assert (letter.to, letter.subject) == (cleo.email, "Ada confirmed your session")
    for body in (letter.text, letter.html):
        assert "Hello Cleo Park," in body
        assert "Tuesday at ten." in body
        assert "http://testserver/pathways/" in body


@pytest.mark.parametrize(
    ("switch", "rows", "mails"), [("wants_mail", 1, 0), ("wants_notifications", 0, 1), ("wants_reminders", 1, 1)]
)
def test_switches(cleo: User, switch: str, rows: int, mails: int) -> None:
    setattr(cleo, switch, False)

    notify(cleo, news())

    assert (Notification.objects.count(), OutboxMessage.objects.count()) == (rows, mails)


def test_reminders_have_a_switch_of_their_own(cleo: User) -> None:
    register_notification_kind("a reminder of this test", "Reminder", "clock", is_reminder=True)
    reminder = NewNotification(kind="a reminder of this test", event="r", title="Soon", text="", path="/", call="Look")
    cleo.wants_reminders = False
    notify(cleo, reminder)
    assert not OutboxMessage.objects.exists()

    cleo.wants_reminders = True
    notify(cleo, reminder)
    assert OutboxMessage.objects.count() == Notification.objects.count() == 1


def test_news_of_a_kind_that_nobody_named_are_a_bug(cleo: User) -> None:
    with pytest.raises(KeyError):
        notify(cleo, NewNotification(kind="nonsense", event="n", title="x", text="", path="/", call="x"))


def test_of_what_was_rolled_back_nobody_is_told(cleo: User) -> None:
    with transaction.atomic():
        notify(cleo, news())
        transaction.set_rollback(True)

    assert not Notification.objects.exists()
    assert not OutboxMessage.objects.exists()


@pytest.mark.parametrize("evil", ["A\r\nBcc: x@y.test", "<a href=//evil>", "{{7*7}}", "x" * 120, "\u202egnirts"])
def test_a_name_in_a_mail_is_only_ever_a_name(cleo: User, evil: str) -> None:
    notify(cleo, news(title=f"{evil} asks", text=evil))
    outbox.deliver_due()

    (letter,) = stored_emails()
    assert "Bcc" not in [part.split(":")[0] for part in letter.text.splitlines() if "evil" in part]
    assert "<a href=//evil>" not in letter.html
    assert "49" not in letter.subject
    assert "\n" not in letter.subject


def test_the_bell_counts_without_a_query_of_its_own(client: Client, cleo: User, django_assert_num_queries: Any) -> None:
    client.force_login(cleo)
    client.get("/pathways/")
    notify(cleo, news("a"))
    notify(cleo, news("b"))

    with django_assert_num_queries(3):  # session, person, pathways
        page = client.get("/pathways/").content.decode()
    assert "2 new notifications" in page


def test_opening_marks_as_read_and_leads_on(client: Client, cleo: User, ada: User) -> None:
    client.force_login(cleo)
    notify(cleo, news())
    found = Notification.objects.get()
    address = reverse("accounts:open_notification", args=[found.pk])

    assert client.get(address).status_code == 405, "looking changes nothing"
    assert client.post(address).headers["Location"] == "/pathways/"
    assert Notification.objects.get().read_at is not None

    other = Client()
    other.force_login(ada)
    assert other.post(address).status_code == 404


def test_reading_all(client: Client, cleo: User, ada: User) -> None:
    client.force_login(cleo)
    for person in (cleo, ada):
        notify(person, news("a"))
        notify(person, news("b"))

    client.post(reverse("accounts:read_all"))

    assert Notification.objects.filter(read_at__isnull=True).count() == 2, "only one's own"


@pytest.mark.parametrize("count", [1, 30])
def test_the_page_costs_the_same_for_few_and_for_many(
    client: Client, cleo: User, count: int, django_assert_num_queries: Any
) -> None:
    client.force_login(cleo)
    for number in range(count):
        notify(cleo, news(f"e{number}"))

    with django_assert_num_queries(4):
        client.get(reverse("accounts:notifications"))


def test_one_hears_ones_own_topic_only(cleo: User, ada: User) -> None:
    assert notifications.may_hear(cleo, str(cleo.pk))
    assert not notifications.may_hear(cleo, str(ada.pk))
    assert not notifications.may_hear(object(), "")
