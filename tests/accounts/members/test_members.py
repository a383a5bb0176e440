"""Tests a builder's own member data, the pages of staff, history, audit, reminders, report and personal data."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from accounts.members import reminders
from accounts.members.services import save
from accounts.models import BuilderProfile, Member, MemberChange, Notification, ProfessionalRole, User
from accounts.personal_data import erasure
from core import clock
from core.models import AuditEntry, OutboxMessage
from core.personal import exported
from core.registry import integrity_findings
from tests.accounts.members.cast import form_of, saved
from tests.factories.accounts import MemberFactory
from tests.reading import visible_text

pytestmark = pytest.mark.django_db
Browser = Callable[[User | None], Client]
OWN = "/account/member-data/"
STAFF = "/operations/members/"


def test_a_builder_enters_changes_shows_and_removes_member_data(ada: User, adas: Client, client: Client) -> None:
    assert "Are you a real-estate professional?" in visible_text(adas.get(OWN))
    BuilderProfile.objects.get(user=ada).roles.add(ProfessionalRole.objects.get(slug="realtor"))
    assert "Are you a real-estate professional?" not in visible_text(adas.get(OWN))

    refused = adas.post(OWN, form_of(license_number="", member_key="20 45"))
    assert refused.status_code == 422
    assert "Licence number is required for the type REALTOR Salesperson." in visible_text(refused)
    assert "without spaces" in visible_text(refused)
    assert not Member.objects.exists()

    assert adas.post(OWN, form_of()).status_code == 302
    member = Member.objects.get(person=ada)
    assert (member.license_state, member.designations) == ("TX", ["Accredited Buyer's Representative / ABR"])
    page = f"/builders/{ada.builder_profile.slug}/"
    assert "TX-0712345" not in visible_text(Client().get(page)), "shown only if the builder wants that"

    adas.post(OWN, form_of(office_name="Round Rock", shows_on_profile="on"))
    assert "Austin Round Rock Ada Moreno By the member" in visible_text(adas.get(OWN))
    assert "TX-0712345 (Texas)" in visible_text(Client().get(page))
    assert "Hill Country Realty, LLC" in visible_text(Client().get(page))

    adas.post(OWN, form_of(office_name="Round Rock", shows_on_profile="on", license_expires="2020-01-01"))
    assert "TX-0712345" not in visible_text(Client().get(page)), "an expired licence is not shown"

    adas.post(OWN, {"act": "remove"})
    assert not Member.objects.exists()
    entries = AuditEntry.objects.filter(subject=f"accounts.member:{member.pk}").order_by("id")
    assert [entry.action for entry in entries] == [
        "member data added", "member data changed", "member data changed", "member data removed",
    ]  # fmt: skip
    assert entries[1].after == {"fields": ["office_name"], "source": "own"}
    assert "TX-0712345" not in str(list(entries.values())), "audit rows stay, so they hold no personal data"


def test_staff_read_and_an_admin_edits(suri: User, alex: User, ada: User, browser_of: Browser) -> None:
    member = saved(alex, person=ada)
    support, admin = browser_of(suri), browser_of(alex)
    page = f"{STAFF}{member.pk}/"

    assert "TX-0712345" in visible_text(support.get(page))
    assert 'name="member_key"' not in support.get(page).content.decode()
    assert support.post(page, form_of(office_name="Dallas")).status_code == 403
    assert support.get(f"{STAFF}new/").status_code == 403
    assert support.get(f"{STAFF}import/").status_code == 403

    assert "Licence number is required" in visible_text(admin.post(page, form_of(license_number="")))
    assert admin.post(page, form_of(license_number="", allows_incomplete="on")).status_code == 302
    assert "This is missing for the type REALTOR Salesperson: Licence number." in visible_text(admin.get(page))
    change = MemberChange.objects.filter(member=member).latest("id")
    assert (change.field, change.before, change.after, change.changed_by) == ("license_number", "TX-0712345", "", alex)

    added = admin.post(f"{STAFF}new/", form_of(member_key="9", full_name="Noor Haddad"))
    assert added.headers["Location"] == Member.objects.get(member_key="9").get_absolute_url()
    assert "Name is required." in visible_text(
        admin.post(f"{STAFF}new/", form_of(full_name="", allows_incomplete="on"))
    )
    assert list(integrity_findings(clock.now())) == []


def keys_in(answer: Any) -> list[str]:
    """Returns the keys in the JSON file that the list links to."""
    return [row["memberKey"] for row in json.loads(answer.content)]


@pytest.mark.parametrize("count", [3, 30])
def test_the_list_and_the_report_have_a_constant_number_of_queries(
    count: int, suri: User, browser_of: Browser, django_assert_num_queries: Any
) -> None:
    MemberFactory.create_batch(count)
    browser = browser_of(suri)

    with django_assert_num_queries(6):
        browser.get(STAFF)
    with django_assert_num_queries(9):
        browser.get(f"{STAFF}report/")


def test_the_list_is_searched_filtered_and_downloaded(suri: User, alex: User, browser_of: Browser) -> None:
    today = clock.now().date()
    saved(alex, member_key="K1", full_name="Zoë Lindqvist", office_name="=1+1")
    MemberFactory.create(member_key="K2", license_expires=today + timedelta(days=20), company_name="Bay Homes")
    MemberFactory.create(member_key="K3", license_expires=today - timedelta(days=1), member_type="Photographer")
    MemberFactory.create(member_key="K4", license_number="", member_status="Inactive")
    MemberFactory.create(member_key="K5", merged_into=Member.objects.get(member_key="K4"))
    browser = browser_of(suri)

    def found(**query: str) -> list[str]:
        assert browser.get(STAFF, query).status_code == 200
        return sorted(keys_in(browser.get(f"{STAFF}members.json", query)))

    assert found() == ["K1", "K2", "K3", "K4"], "merged ones are left out"
    assert found(q="zoe hill") == ["K1"]
    assert found(q="tx-0712345") == ["K1"]
    assert found(status="Inactive") == ["K4"]
    assert found(member_type="Photographer") == ["K3"]
    assert found(office="bay homes") == ["K2"]
    assert found(expiring="30") == ["K2"]
    assert found(expiring="-1") == ["K3"]
    assert found(show="incomplete") == ["K4"]
    assert found(show="duplicate") == []
    assert found(status="nonsense", expiring="x") == ["K1", "K2", "K3", "K4"]
    assert "No members match" in visible_text(browser.get(STAFF, {"q": "zither"}))

    table = browser.get(f"{STAFF}members.csv", {"q": "zoe"}).content.decode()
    assert table.startswith("\ufeffmemberKey,memberStatus,memberType,fullName,")
    assert "'=1+1" in table, "no spreadsheet takes it for a formula"
    assert browser.get(f"{STAFF}members.pdf").status_code == 404

    report = visible_text(browser.get(f"{STAFF}report/"))
    assert "All 4 Active 3 Inactive 1 With an account 0 Incomplete 1" in report
    assert "Expired 1 Within 7 days 0 Within 30 days 1 Within 60 days 1" in report
    assert "Hill Country Realty, LLC =1+1 1 1" in report
    assert "Licence number" in report


def test_a_member_is_reminded_once_at_60_30_and_7_days(ada: User, cleo: User, alex: User) -> None:
    now = clock.now()
    expires = now.date() + timedelta(days=60)
    member = saved(alex, person=ada, license_expires=expires.isoformat())
    MemberFactory.create(license_expires=expires)  # without an account, so that nobody can be reminded
    MemberFactory.create(license_expires=expires, person=cleo)  # a client, who cannot open the page

    sent = {day: reminders.remind(now + timedelta(days=day)) for day in range(-1, 62)}

    assert {day: count for day, count in sent.items() if count} == {0: 1, 30: 1, 53: 1}
    assert reminders.remind(now + timedelta(days=53)) == 0
    titles = (
        Notification.objects.filter(person=ada, kind="member").order_by("created_at").values_list("title", flat=True)
    )
    assert list(titles) == [
        "Your licence expires in 60 days", "Your licence expires in 30 days", "Your licence expires in 7 days",
    ]  # fmt: skip
    assert OutboxMessage.objects.filter(recipient=ada.email, event__startswith="license:").count() == 3

    save(member=member, values={"license_expires": expires + timedelta(days=365)}, by=ada)
    assert reminders.remind(now + timedelta(days=53)) == 0, "renewed"
    assert reminders.remind(now + timedelta(days=365 + 55)) == 1, "the nearest of days that were missed"


def test_member_data_is_exported_and_erased_with_the_person(ada: User, alex: User) -> None:
    member = saved(alex, person=ada)
    save(member=member, values={"office_name": "Dallas"}, by=alex)
    imported = saved(alex, member_key="77", full_name="Unclaimed Record", email=ada.email)
    parts = {part.name: part.rows for part in exported(ada)}

    assert {row["member_key"] for row in parts["members"]} == {"204517", "77"}
    changes = [(row["field"], row["before"], row["after"]) for row in parts["member changes"]]
    assert ("office_name", "Austin", "Dallas") in changes

    erasure.erase(user=ada)
    assert not Member.objects.filter(pk__in=[member.pk, imported.pk]).exists()
    assert not MemberChange.objects.exists()


def test_the_admin_shows_members_read_only(alex: User, browser_of: Browser) -> None:
    member = saved(alex)
    admin = browser_of(alex)

    assert "Ines Duarte" in visible_text(admin.get(reverse("admin:accounts_member_changelist"), {"q": "duarte"}))
    assert "Hill Country" in visible_text(admin.get(reverse("admin:accounts_member_change", args=[member.pk])))
    for name in ("memberduplicate", "membermerge", "memberimport"):
        assert admin.get(reverse(f"admin:accounts_{name}_changelist")).status_code == 200
    assert admin.get(reverse("admin:accounts_member_add")).status_code == 403
