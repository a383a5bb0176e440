"""Notifications in Waymark and by mail, once for each event and as the person's settings allow."""

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


def notification(
    event: str = "e1", title: str = "Ada confirmed your session", text: str = "Tuesday at ten."
) -> NewNotification:
    return NewNotification(kind="role", event=event, title=title, text=text, path="/pathways/", call="Open it")


def test_one_event_is_one_notification_and_one_mail(cleo: User) -> None:
    notify(cleo, notification())
    notify(cleo, notification())
    outbox.deliver_due()

    assert Notification.objects.count() == 1
    (mail,) = stored_emails()
    assert (mail.to, mail.subject) == (cleo.email, "Ada confirmed your session")
    for body in (mail.text, mail.html):
        assert "Hello Cleo Park," in body
        assert "Tuesday at ten." in body
        assert "http://testserver/pathways/" in body


@pytest.mark.parametrize(
    ("switch", "rows", "mails"), [("wants_mail", 1, 0), ("wants_notifications", 0, 1), ("wants_reminders", 1, 1)]
)
def test_settings_decide_where_people_are_notified(cleo: User, switch: str, rows: int, mails: int) -> None:
    setattr(cleo, switch, False)

    notify(cleo, notification())

    assert (Notification.objects.count(), OutboxMessage.objects.count()) == (rows, mails)


def test_reminders_have_a_setting_of_their_own(cleo: User) -> None:
    register_notification_kind("a reminder of this test", "Reminder", "clock", is_reminder=True)
    reminder = NewNotification(kind="a reminder of this test", event="r", title="Soon", text="", path="/", call="Look")
    cleo.wants_reminders = False
    notify(cleo, reminder)
    assert not OutboxMessage.objects.exists()

    cleo.wants_reminders = True
    notify(cleo, reminder)
    assert OutboxMessage.objects.count() == Notification.objects.count() == 1


def test_an_unregistered_kind_of_notification_raises_an_error(cleo: User) -> None:
    with pytest.raises(KeyError):
        notify(cleo, NewNotification(kind="nonsense", event="n", title="x", text="", path="/", call="x"))


def test_nothing_is_sent_after_a_rollback(cleo: User) -> None:
    with transaction.atomic():
        notify(cleo, notification())
        transaction.set_rollback(True)

    assert not Notification.objects.exists()
    assert not OutboxMessage.objects.exists()


@pytest.mark.parametrize("evil", ["A\r\nBcc: x@y.test", "<a href=//evil>", "{{7*7}}", "x" * 120, "\u202egnirts"])
def test_names_in_mails_are_escaped(cleo: User, evil: str) -> None:
    notify(cleo, notification(title=f"{evil} asks", text=evil))
    outbox.deliver_due()

    (mail,) = stored_emails()
    assert "Bcc" not in [part.split(":")[0] for part in mail.text.splitlines() if "evil" in part]
    assert "<a href=//evil>" not in mail.html
    assert "49" not in mail.subject
    assert "\n" not in mail.subject


def test_the_bell_needs_no_extra_query(client: Client, cleo: User, django_assert_num_queries: Any) -> None:
    client.force_login(cleo)
    client.get("/pathways/")
    notify(cleo, notification("a"))
    notify(cleo, notification("b"))

    with django_assert_num_queries(3):  # session, person, pathways
        page = client.get("/pathways/").content.decode()
    assert "2 new notifications" in page


def test_opening_marks_as_read_and_redirects(client: Client, cleo: User, ada: User) -> None:
    client.force_login(cleo)
    notify(cleo, notification())
    row = Notification.objects.get()
    address = reverse("accounts:open_notification", args=[row.pk])

    assert client.get(address).status_code == 405, "looking changes nothing"
    assert client.post(address).headers["Location"] == "/pathways/"
    assert Notification.objects.get().read_at is not None

    other = Client()
    other.force_login(ada)
    assert other.post(address).status_code == 404


def test_reading_all_marks_only_ones_own(client: Client, cleo: User, ada: User) -> None:
    client.force_login(cleo)
    for person in (cleo, ada):
        notify(person, notification("a"))
        notify(person, notification("b"))

    client.post(reverse("accounts:read_all"))

    assert Notification.objects.filter(read_at__isnull=True).count() == 2, "only one's own"


@pytest.mark.parametrize("count", [1, 30])
def test_the_page_takes_the_same_queries_for_few_and_for_many(
    client: Client, cleo: User, count: int, django_assert_num_queries: Any
) -> None:
    client.force_login(cleo)
    for number in range(count):
        notify(cleo, notification(f"e{number}"))

    with django_assert_num_queries(4):
        client.get(reverse("accounts:notifications"))


def test_people_may_only_subscribe_to_their_own_topic(cleo: User, ada: User) -> None:
    assert notifications.may_subscribe(cleo, str(cleo.pk))
    assert not notifications.may_subscribe(cleo, str(ada.pk))
    assert not notifications.may_subscribe(object(), "")
