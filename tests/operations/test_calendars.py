"""The page of a calendar that cannot be read, and the page on which an application is decided."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from accounts.models import BuilderApplication, Notification, User
from accounts.roles import Role
from connections.models import Connection
from core.models import AuditEntry
from scheduling.outside import services
from tests.factories.accounts import BuilderApplicationFactory
from tests.outside import outside_server
from tests.scheduling.calendars import calendar, hour

pytestmark = pytest.mark.django_db


def test_support_reads_a_broken_calendar_again_and_asks_its_owner(
    suri: User, ada: User, browser_of: Callable[[User], Client], settings: Any
) -> None:
    browser = browser_of(suri)
    with outside_server(settings) as server:
        family = services.connect(
            builder=ada, name="Family", address=server.answer("/ada.ics", calendar(hour(10))), counts_all_day=False,
            when_unread="closed", patience=120,
        )  # fmt: skip
        page, read = (reverse(f"operations:{name}", args=[family.pk]) for name in ("calendar", "read_calendar"))
        server.answer("/ada.ics", status=500)

        broken = browser.post(read, follow=True).content.decode()
        browser.post(page, {"reason": "Please make a new address."})
        server.answer("/ada.ics", calendar(hour(12)))
        repaired = browser.post(read, follow=True).content.decode()

    assert "It still cannot be read" in broken
    assert "Cannot be read" in broken
    assert "It was read" in repaired
    family.refresh_from_db()
    assert family.state == Connection.State.GOOD
    asked = Notification.objects.get(person=ada, title__contains="connect your calendar")
    assert "Please make a new address." in asked.text
    done = AuditEntry.objects.filter(actor=suri, subject__contains=str(family.pk)).order_by("id")
    assert [entry.action for entry in done] == [
        "calendar read by staff", "asked to connect a calendar", "calendar read by staff",
    ]  # fmt: skip
    assert browser.post(page, {"reason": ""}).status_code == 422


def test_an_admin_decides_applications_on_their_pages(
    alex: User, suri: User, browser_of: Callable[[User], Client]
) -> None:
    granted, declined = BuilderApplicationFactory.create_batch(2)
    browser = browser_of(alex)
    pages = [reverse("operations:application", args=[row.pk]) for row in (granted, declined)]

    assert granted.message in browser.get(pages[0]).content.decode()
    assert browser.post(pages[0], {"decision": "grant", "reason": ""}).status_code == 422
    browser.post(pages[0], {"decision": "grant", "reason": "Welcome."})
    browser.post(pages[1], {"decision": "decline", "reason": "Please show some work."})

    assert Role.BUILDER in User.objects.get(pk=granted.user_id).roles
    assert BuilderApplication.objects.get(pk=declined.pk).state == BuilderApplication.State.DECLINED
    assert "Welcome." in browser.get(pages[0]).content.decode()
    assert browser.post(pages[0], {"decision": "decline", "reason": "No."}).status_code == 422
    assert browser_of(suri).get(pages[0]).status_code == 403
