"""The audit: its page, the chain over its rows, and what may be removed from it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from io import StringIO
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db import DatabaseError, connection, transaction
from django.test import Client
from django.urls import reverse

from accounts.models import User
from accounts.personal_data import erasure
from core import audit, audit_chain, clock
from core.ids import uuid7
from core.models import AuditEntry, AuditSeal
from core.tasks import remove_old_audit, seal_audit
from tests.factories.bookings import BookingFactory
from tests.factories.core import MailLogEntryFactory
from tests.factories.payments import PaymentFactory

pytestmark = pytest.mark.django_db
QUERIES = 5


def record(person: User, action: str = "tested", reason: str = "They asked.") -> AuditEntry:
    return audit.record(actor=person, action=action, subject=person, before=None, after={"reason": reason})


def rewrite(sql: str, *parameters: Any) -> None:
    """Changes the audit as somebody could who owns the database."""
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute("ALTER TABLE core_auditentry DISABLE TRIGGER append_only")
        cursor.execute(sql, parameters)
        cursor.execute("ALTER TABLE core_auditentry ENABLE TRIGGER append_only")


def verified() -> str:
    out = StringIO()
    call_command("verify_audit", stdout=out)
    return out.getvalue()


def test_staff_find_rows_and_admins_download_them(
    suri: User,
    alex: User,
    cleo: User,
    ada: User,
    browser_of: Callable[[User], Client],
) -> None:
    record(cleo, "token made")
    record(ada, "password changed")
    support, page = browser_of(suri), reverse("operations:audit")

    by_person = support.get(page, {"actor": cleo.email}).content.decode()
    by_subject = support.get(page, {"subject": ada.email}).content.decode()
    by_action = support.get(page, {"action": "TOKEN"}).content.decode()
    by_day = support.get(page, {"first": "2020-01-01", "last": "2020-01-02"}).content.decode()

    assert "Token made" in by_person
    assert "Password changed" not in by_person
    assert "Password changed" in by_subject
    assert "Token made" not in by_subject
    assert "Password changed" not in by_action
    assert "No rows like this" in by_day
    assert support.get(page, {"first": "never"}).status_code == 422
    assert support.get(reverse("operations:audit_csv")).status_code == 403
    assert b"token made" in browser_of(alex).get(reverse("operations:audit_csv"), {"actor": cleo.email}).content
    assert AuditEntry.objects.get(action="downloaded as CSV", actor=alex).after == {"rows": 1}
    assert "(optional)" not in by_person


def test_rows_name_what_they_are_about_in_as_many_queries_for_many_rows(
    suri: User, cleo: User, browser_of: Callable[[User], Client], django_assert_num_queries: Any
) -> None:
    booking, payment, mail = BookingFactory.create(), PaymentFactory.create(), MailLogEntryFactory.create()
    former = "members.nothing:7"
    subjects = [cleo, booking, payment, mail, former, "accounts.member", f"accounts.user:{uuid7()}"]
    support, page = browser_of(suri), reverse("operations:audit")
    for subject in subjects:
        audit.record(actor=cleo, action="tested", subject=subject, before=None, after=None)

    shown = support.get(page).content.decode()
    for subject in subjects * 3:
        audit.record(actor=cleo, action="tested", subject=subject, before=None, after=None)

    with django_assert_num_queries(QUERIES):
        support.get(page)
    for key, words in (
        (f"/operations/people/{cleo.pk}/", cleo.display_name),
        (f"/operations/bookings/{booking.reference}/", booking.reference),
        (f"/admin/payments/payment/{payment.pk}/change/", f"Payment {payment.subject_reference}"),
        (f"/operations/mail/{mail.pk}/", mail.recipient),
    ):
        assert f'<a href="{key}">{words}</a>' in shown
    assert all(words in shown for words in (former, "Members", "User"))
    assert "accounts.user:" not in shown


def test_the_days_of_the_filter_are_those_of_the_reader(
    suri: User, cleo: User, browser_of: Callable[[User], Client]
) -> None:
    entry = record(cleo, "token made")
    rewrite("UPDATE core_auditentry SET at = '2026-03-01 23:30Z' WHERE id = %s", entry.pk)
    User.objects.filter(pk=suri.pk).update(timezone="Asia/Tokyo")
    browser, page = browser_of(suri), reverse("operations:audit")

    shown = {
        day: "Token made" in browser.get(page, {"action": "token", "first": day, "last": day}).content.decode()
        for day in ("2026-03-01", "2026-03-02")
    }

    assert shown == {"2026-03-01": False, "2026-03-02": True}


def test_a_wrong_filter_downloads_nothing(alex: User, cleo: User, browser_of: Callable[[User], Client]) -> None:
    record(cleo)

    answer = browser_of(alex).get(reverse("operations:audit_csv"), {"first": "31.02.2026"})

    assert answer["Location"] == f"{reverse('operations:audit')}?first=31.02.2026"


def test_all_that_is_old_is_removed_in_one_night(settings: Any) -> None:
    settings.AUDIT_KEPT_YEARS = 1
    long_ago = clock.now() - timedelta(days=700)
    AuditSeal.objects.bulk_create(
        AuditSeal(number=number, entry=uuid7(), at=long_ago, salt="s", facts="f", content="c", digest="d")
        for number in range(1, audit_chain.BATCH + 2)
    )

    remove_old_audit(clock.now())

    assert not AuditSeal.objects.filter(removed_at__isnull=True).exists()


def test_the_chain_holds_and_names_the_first_row_that_differs(cleo: User) -> None:
    first, second = record(cleo, "one"), record(cleo, "two")
    seal_audit(clock.now())
    digest = AuditSeal.objects.latest("number").digest

    assert digest in verified()
    call_command("verify_audit", digest=digest, stdout=StringIO())
    with pytest.raises(CommandError, match="does not contain this digest"):
        call_command("verify_audit", digest="0" * 64)

    rewrite("UPDATE core_auditentry SET action = 'none' WHERE id = %s", second.pk)
    with pytest.raises(CommandError, match=f"row {second.pk} .* was changed"):
        verified()
    rewrite("UPDATE core_auditentry SET action = 'two', after = '{\"reason\": \"No.\"}' WHERE id = %s", second.pk)
    with pytest.raises(CommandError, match="before and after was changed"):
        verified()
    rewrite("DELETE FROM core_auditentry WHERE id = %s", first.pk)
    with pytest.raises(CommandError, match=f"row {first.pk} .* is gone"):
        verified()


def test_a_row_that_was_put_in_later_is_noticed(cleo: User) -> None:
    record(cleo)
    seal_audit(clock.now())

    late = record(cleo, "forged")
    rewrite("UPDATE core_auditentry SET at = at - interval '2 days' WHERE id = %s", late.pk)

    with pytest.raises(CommandError, match="was put in later"):
        verified()


def test_erasing_a_person_removes_reasons_and_the_chain_still_holds(cleo: User) -> None:
    entry = record(cleo, "person switched off", "She shouted at Ada.")
    seal_audit(clock.now())

    erasure.erase(user=cleo)
    seal_audit(clock.now())

    entry.refresh_from_db()
    assert entry.after is None
    assert not AuditSeal.objects.get(entry=entry.pk).salt
    assert "rows hold" in verified()


def test_rows_are_removed_after_the_years_of_the_setting(cleo: User, settings: Any) -> None:
    old, new = record(cleo), record(cleo)
    rewrite("UPDATE core_auditentry SET at = at - interval '3 years' WHERE id = %s", old.pk)
    seal_audit(clock.now())

    settings.AUDIT_KEPT_YEARS = 0
    remove_old_audit(clock.now())
    assert AuditEntry.objects.filter(pk=old.pk).exists()
    settings.AUDIT_KEPT_YEARS = 2
    remove_old_audit(clock.now())

    assert not AuditEntry.objects.filter(pk=old.pk).exists()
    assert AuditEntry.objects.filter(pk=new.pk).exists()
    assert "rows hold" in verified()


def test_nobody_changes_the_audit_by_chance(cleo: User) -> None:
    entry = record(cleo)

    with pytest.raises(DatabaseError), transaction.atomic():
        AuditEntry.objects.filter(pk=entry.pk).update(action="none")
    with pytest.raises(DatabaseError), transaction.atomic():
        AuditEntry.objects.filter(pk=entry.pk).delete()
    assert audit_chain.forget(subject=audit.name_of(cleo)) == 1
    with pytest.raises(DatabaseError), transaction.atomic():
        AuditEntry.objects.filter(pk=entry.pk).update(action="none")
    assert entry.at < clock.now() + timedelta(minutes=1)
