"""Granting and revoking roles, and what staff may do in the admin."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db import IntegrityError, transaction
from django.test import Client
from django.urls import reverse

from accounts import queries, services
from accounts.addresses import services as addresses
from accounts.models import BuilderProfile, RoleGrant, User
from accounts.refusals import AccountRefusal
from accounts.roles import Role
from core import clock
from core.errors import Refused
from core.models import AuditEntry
from tests.cast import make_builder_person, make_person, make_staff
from tests.factories.accounts import RoleGrantFactory
from tests.reading import visible_text

pytestmark = pytest.mark.django_db


def test_granting_twice_makes_one_grant(cleo: User) -> None:
    first = services.grant(user=cleo, role=Role.BUILDER, by=None, reason="a")
    again = services.grant(user=cleo, role=Role.BUILDER, by=None, reason="b")

    assert first == again
    assert cleo.roles == {"builder"}


def test_revoking_keeps_the_row_with_person_and_reason(cleo: User, alex: User) -> None:
    services.grant(user=cleo, role=Role.SUPPORT, by=alex, reason="new in the team")
    services.revoke(user=cleo, role=Role.SUPPORT, by=alex, reason="left the team")

    row = RoleGrant.objects.get(user=cleo)
    assert (row.granted_by, row.revoked_by, row.revoke_reason) == (alex, alex, "left the team")
    assert cleo.roles == frozenset()
    services.grant(user=cleo, role=Role.SUPPORT, by=alex, reason="came back")
    assert RoleGrant.objects.filter(user=cleo).count() == 2


def test_the_last_admin_keeps_the_role(alex: User) -> None:
    with pytest.raises(Refused) as refused:
        services.revoke(user=alex, role=Role.ADMIN, by=alex, reason="tired")
    assert refused.value.refusal is AccountRefusal.LAST_ADMIN

    make_staff("Bo Admin", Role.ADMIN)
    services.revoke(user=alex, role=Role.ADMIN, by=alex, reason="tired")
    assert alex.roles == frozenset()


def test_revoking_a_role_that_the_person_does_not_have_does_nothing(cleo: User) -> None:
    services.revoke(user=cleo, role=Role.ADMIN, by=None, reason="x")

    assert not AuditEntry.objects.filter(action__startswith="role").exists()
    assert not cleo.grants.exists()


def test_the_database_allows_one_live_grant_per_role(cleo: User) -> None:
    services.grant(user=cleo, role=Role.BUILDER, by=None, reason="a")
    with pytest.raises(IntegrityError), transaction.atomic():
        RoleGrantFactory.create(user=cleo)


def test_roles_come_with_the_person_in_one_query(cleo: User, django_assert_num_queries: Any) -> None:
    services.grant(user=cleo, role=Role.BUILDER, by=None, reason="a")
    services.grant(user=cleo, role=Role.SUPPORT, by=None, reason="a")
    services.revoke(user=cleo, role=Role.SUPPORT, by=None, reason="b")

    with django_assert_num_queries(1):
        assert User.objects.with_roles().get(pk=cleo.pk).roles == {"builder"}


def test_permissions_of_staff_in_the_admin(alex: User, suri: User, cleo: User) -> None:
    assert alex.has_perm("pathways.change_pathway")
    assert suri.has_perm("pathways.view_pathway")
    assert not suri.has_perm("pathways.change_pathway")
    assert not cleo.has_perm("pathways.view_pathway")
    alex.is_active = False
    assert not alex.has_perm("pathways.change_pathway")


def test_support_may_view_and_not_change(suri: User, browser_of: Callable[[User | None], Client]) -> None:
    client = browser_of(suri)

    assert client.get(reverse("admin:pathways_pathway_changelist")).status_code == 200
    assert client.get(reverse("admin:pathways_pathway_add")).status_code == 403


@pytest.mark.parametrize(
    "page", ["accounts_user", "accounts_rolegrant", "accounts_builderprofile", "accounts_apitoken"]
)
def test_admin_lists_take_at_most_seven_queries(page: str, alex: User, django_assert_max_num_queries: Any) -> None:
    client = Client()
    client.force_login(alex)
    address = reverse(f"admin:{page}_changelist")
    for number in range(12):
        make_builder_person(f"Builder {number}")

    with django_assert_max_num_queries(7):
        client.get(address)


def test_two_builders_of_the_same_name_get_different_slugs() -> None:
    make_builder_person("Zoë Núñez")
    other = make_person("Zoe Nunez")
    profile = services.make_builder(user=other, headline="x", bio="", by=None, reason="test")

    assert sorted(BuilderProfile.objects.values_list("slug", flat=True)) == ["zoe-nunez", "zoe-nunez-2"]
    assert profile.sort_name == "zoe nunez"


def test_createsuperuser_makes_an_admin(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DJANGO_SUPERUSER_PASSWORD", "a-long-phrase")
    call_command("createsuperuser", "--noinput", email="Root@People.test", display_name="Root", verbosity=0)

    person = User.objects.get_queryset().get(email="root@people.test")
    assert person.roles == {"admin"}
    assert person.check_password("a-long-phrase")
    assert addresses.owner_of("root@people.test") == person, "they can sign in without a mail"


def test_createsuperuser_grants_nothing_to_a_person_who_has_the_address(
    cleo: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DJANGO_SUPERUSER_PASSWORD", "a-long-phrase")
    with pytest.raises(CommandError, match="already taken"):
        call_command("createsuperuser", "--noinput", email=cleo.email, display_name="Cleo", verbosity=0)

    assert User.objects.get_queryset().get(pk=cleo.pk).roles == frozenset()


def test_the_command_prints_a_token(cleo: User, capsys: pytest.CaptureFixture[str]) -> None:
    call_command("api_token", cleo.email.upper())
    assert capsys.readouterr().out.startswith("wm_")

    with pytest.raises(CommandError, match=r"There is no account with the address"):
        call_command("api_token", "nobody@people.test")


def test_an_admin_changes_roles_on_the_persons_page_with_a_reason(alex: User, cleo: User) -> None:
    client = Client()
    client.force_login(alex)
    address = reverse("admin:accounts_user_change", args=[cleo.pk])
    form = {"display_name": "Cleo Park", "timezone": "Europe/London", "is_active": "on", "roles": ["support"]}

    assert "Give the reason for the change." in client.post(address, form).content.decode()
    client.post(address, form | {"reason": "Joins the team"})
    assert User.objects.get(pk=cleo.pk).roles == {"support"}
    client.post(address, form | {"roles": [], "reason": "Leaves the team"})
    assert User.objects.get(pk=cleo.pk).roles == frozenset()
    assert RoleGrant.objects.get(user=cleo).revoke_reason == "Leaves the team"


def test_the_last_admin_cannot_lose_the_role_in_the_admin(alex: User) -> None:
    client = Client()
    client.force_login(alex)
    form = {"display_name": "Alex Admin", "timezone": "Europe/London", "is_active": "on", "reason": "oops"}

    page = client.post(reverse("admin:accounts_user_change", args=[alex.pk]), form, follow=True)

    assert "There must be at least one admin" in page.content.decode()
    assert User.objects.get(pk=alex.pk).roles == {"admin"}


def test_the_last_admin_cannot_be_switched_off_in_the_admin(alex: User) -> None:
    client = Client()
    client.force_login(alex)
    form = {"display_name": "Renamed", "timezone": "Europe/London", "roles": ["admin"], "reason": "oops"}

    page = client.post(reverse("admin:accounts_user_change", args=[alex.pk]), form, follow=True)

    assert "There must be at least one admin" in page.content.decode()
    alex.refresh_from_db()
    assert (alex.is_active, alex.display_name) == (True, "Alex Admin"), "nothing is saved"


def test_an_admin_switches_somebody_off_and_on(alex: User, cleo: User) -> None:
    client = Client()
    client.force_login(alex)
    address = reverse("admin:accounts_user_change", args=[cleo.pk])
    form = {"display_name": "Cleo Park", "timezone": "Europe/London"}

    client.post(address, form)
    assert not User.objects.get(pk=cleo.pk).is_active
    client.post(address, form | {"is_active": "on"})
    assert User.objects.get(pk=cleo.pk).is_active
    actions = AuditEntry.objects.filter(subject__endswith=str(cleo.pk)).values_list("action", flat=True)
    assert {"person switched off", "person switched on"} <= set(actions)


def test_inactive_admins_do_not_count_for_the_last_admin(alex: User) -> None:
    blair = make_staff("Blair Admin", Role.ADMIN)
    services.set_active(user=blair, is_active=False, by=alex)

    with pytest.raises(Refused) as refused:
        services.revoke(user=alex, role=Role.ADMIN, by=alex, reason="test")
    assert refused.value.refusal is AccountRefusal.LAST_ADMIN


def test_roles_over_time_count_the_grants_of_each_month(alex: User, ada: User, cleo: User) -> None:
    now = datetime(2026, 11, 20, 12, tzinfo=UTC)
    RoleGrant.objects.all().delete()
    for user, role, start, end in (
        (alex, Role.ADMIN, datetime(2025, 1, 5, tzinfo=UTC), None),
        (ada, Role.BUILDER, datetime(2026, 8, 10, tzinfo=UTC), None),
        (cleo, Role.BUILDER, datetime(2026, 9, 30, 23, 59, tzinfo=UTC), datetime(2026, 11, 1, tzinfo=UTC)),
    ):
        grant = RoleGrantFactory.create(user=user, role=role, revoked_at=end)
        RoleGrant.objects.filter(pk=grant.pk).update(created_at=start)

    report = queries.roles_over_time(now)

    counts = {line.role: line.counts for line in report.lines}
    assert len(report.months) == 12
    assert counts["admin"] == [1] * 12
    assert counts["builder"][-4:] == [1, 2, 1, 1], "August, September, October, now"
    assert counts["support"] == [0] * 12


def test_the_report_names_the_months_in_any_time_zone(alex: User, client: Client) -> None:
    alex.timezone = "Pacific/Kiritimati"  # fourteen hours ahead of UTC, where the next month has begun
    alex.save()
    client.force_login(alex)
    last_month = clock.now().replace(day=1) - timedelta(days=1)

    rows = visible_text(client.get(reverse("admin:accounts_rolegrant_over_time"))).split("At the end of")[-1]

    assert rows.index("now") < rows.index(f"{last_month:%B %Y}")
    assert f"{clock.now():%B %Y}" not in rows


def test_support_reads_the_names_of_roles(suri: User, ada: User, client: Client) -> None:
    client.force_login(suri)

    page = visible_text(client.get(reverse("admin:accounts_user_change", args=[ada.pk])))

    assert "builder" in page
    assert "frozenset" not in page
    assert "Times are shown in" in page


def test_the_report_is_for_staff(alex: User, cleo: User) -> None:
    address = reverse("admin:accounts_rolegrant_over_time")
    for person, expected in ((alex, 200), (cleo, 302)):
        client = Client()
        client.force_login(person)
        assert client.get(address).status_code == expected
