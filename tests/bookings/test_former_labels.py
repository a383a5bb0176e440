"""Audit entries about models that have been renamed since."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.test import Client
from django.urls import reverse

from accounts.models import User
from core import audit

pytestmark = pytest.mark.django_db


def test_the_audit_search_finds_rows_under_the_former_label(
    alex: User, browser_of: Callable[[User | None], Client]
) -> None:
    audit.record(actor=alex, action="put first", subject="bookings.place:7", before=None, after=None)
    audit.record(actor=alex, action="put first", subject="bookings.waitinglistentry:7", before=None, after=None)
    audit.record(actor=alex, action="put first", subject="bookings.place:8", before=None, after=None)

    page = (
        browser_of(alex)
        .get(reverse("admin:core_auditentry_changelist"), {"q": "bookings.waitinglistentry:7"})
        .content.decode()
    )

    assert page.count(">Waiting list entry<") == 2, "both names of the row, and not the other row"
