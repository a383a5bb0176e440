"""Applications to become a builder, the decision, and losing the role."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connection
from django.test import Client
from django.urls import reverse

from accounts import applications, services
from accounts.models import BuilderApplication, BuilderProfile, Notification, User
from accounts.refusals import AccountRefusal
from accounts.roles import Role
from core.errors import Refused
from core.models import AuditEntry
from tests.cast import make_person, make_staff

MESSAGE = "I have taught forty people to throw pots, and they still do."


def apply_as(user: User) -> BuilderApplication:
    return applications.apply(user=user, headline="Potter for beginners", message=MESSAGE)


@pytest.mark.django_db
def test_admins_are_notified_of_an_application(cleo: User, alex: User, suri: User) -> None:
    apply_as(cleo)

    assert [row.person for row in Notification.objects.all()] == [alex]


@pytest.mark.django_db
def test_a_second_open_application_and_one_by_a_builder_are_refused(cleo: User, ada: User) -> None:
    apply_as(cleo)
    with pytest.raises(Refused) as again:
        apply_as(cleo)
    with pytest.raises(Refused) as needless:
        apply_as(ada)

    assert again.value.refusal is AccountRefusal.ALREADY_APPLIED
    assert needless.value.refusal is AccountRefusal.ALREADY_BUILDER


@pytest.mark.django_db
def test_granting_creates_a_public_builder(cleo: User, alex: User) -> None:
    applications.decide(application=apply_as(cleo), by=alex, granted=True, reason="Lovely work.")

    cleo = User.objects.get(pk=cleo.pk)
    assert cleo.roles == {"builder"}
    assert "Potter for beginners" in Client().get("/builders/cleo-park/").content.decode()
    assert Notification.objects.get(person=cleo).title == "You are now a builder"
    assert set(AuditEntry.objects.filter(actor=alex).values_list("action", flat=True)) == {
        "application granted",
        "role granted",
    }


@pytest.mark.django_db
def test_declining_shows_the_reason_and_allows_another_application(cleo: User, alex: User, client: Client) -> None:
    applications.decide(application=apply_as(cleo), by=alex, granted=False, reason="Tell us more.")

    client.force_login(cleo)
    page = client.get(reverse("accounts:apply")).content.decode()
    assert "Tell us more." in page
    assert "Send your application" in page
    apply_as(cleo)


@pytest.mark.django_db
def test_a_message_that_is_too_short_is_refused(cleo: User, client: Client) -> None:
    client.force_login(cleo)

    page = client.post(reverse("accounts:apply"), {"headline": "x", "message": "short"})

    assert page.status_code == 422
    assert "at least 40 characters" in page.content.decode()


@pytest.mark.django_db
def test_the_service_refuses_a_short_message_too(cleo: User) -> None:
    with pytest.raises(Refused) as refused:
        applications.apply(user=cleo, headline="x", message="x" * 39)

    assert refused.value.fields == {"message": ["Describe what you do in at least 40 characters."]}
    assert not BuilderApplication.objects.exists()


@pytest.mark.django_db
def test_only_admins_decide_in_the_admin(cleo: User, alex: User, suri: User) -> None:
    application = apply_as(cleo)
    address = reverse("admin:accounts_builderapplication_change", args=[application.pk])
    support, admin = Client(), Client()
    support.force_login(suri)
    admin.force_login(alex)

    assert support.post(address, {"decision": "grant", "reason": "me too"}).status_code == 403
    assert admin.post(address, {"decision": "grant", "reason": ""}).status_code == 200, "a reason is needed"
    admin.post(address, {"decision": "grant", "reason": "Welcome."})

    application.refresh_from_db()
    assert (application.state, application.decided_by, application.reason) == ("granted", alex, "Welcome.")


def test_two_admins_at_once_make_one_decision(committed: None) -> None:
    admins = [make_staff("Alex Admin", Role.ADMIN), make_staff("Bo Admin", Role.ADMIN)]
    application = apply_as(make_person("Cleo Park"))

    def decide(admin: User) -> bool:
        try:
            applications.decide(application=application, by=admin, granted=admin is admins[0], reason="x")
        except Refused as refused:
            return refused.refusal is not AccountRefusal.ALREADY_DECIDED
        finally:
            connection.close()
        return True

    with ThreadPoolExecutor(2) as pool:
        assert sorted(pool.map(decide, admins)) == [False, True]
    assert AuditEntry.objects.filter(action__startswith="application").count() == 1


@pytest.mark.django_db
def test_losing_the_role_hides_the_profile_and_notifies_with_the_reason(ada: User, alex: User) -> None:
    services.revoke(user=ada, role=Role.BUILDER, by=alex, reason="Left the trade.")

    assert BuilderProfile.objects.get(user=ada).is_published is False
    assert Client().get("/builders/ada-moreno/").status_code == 404
    assert "Left the trade." in Notification.objects.get(person=ada).text


@pytest.mark.django_db
def test_a_builder_who_returns_gets_the_old_profile_back(ada: User, alex: User) -> None:
    services.revoke(user=ada, role=Role.BUILDER, by=alex, reason="A year off.")
    applications.decide(application=apply_as(ada), by=alex, granted=True, reason="Good to have you back.")

    profile = BuilderProfile.objects.get(user=ada)
    assert (profile.slug, profile.is_published, profile.bio) == ("ada-moreno", True, "With care.")
