"""Two requests at once that change the same account, with real threads and connections."""

from __future__ import annotations

from itertools import count

import pytest
from django.core.files.base import ContentFile

from accounts import applications, notifications, services
from accounts.applications import State
from accounts.models import (
    ApiToken,
    BuilderApplication,
    BuilderProfile,
    ClientProfile,
    DataExport,
    Notification,
    RoleGrant,
    User,
)
from accounts.notifications import NewNotification
from accounts.personal_data import erasure, exports
from accounts.roles import Role
from accounts.sign_in import second_factors
from accounts.tokens import services as tokens
from core.models import AuditEntry
from tests.at_once import DONE, at_once
from tests.cast import make_person

pytestmark = [pytest.mark.slow, pytest.mark.usefixtures("committed_module")]
numbers = count()


def person(name: str = "Cleo Park") -> User:
    return make_person(f"{name} {next(numbers)}")


@pytest.fixture
def two_admins() -> list[User]:
    """Makes Alex and Blair the only admins, and takes the role from those of earlier tests."""
    RoleGrant.objects.filter(role=Role.ADMIN).delete()
    admins = [person("Alex Admin"), person("Blair Admin")]
    for admin in admins:
        services.grant(user=admin, role=Role.ADMIN, by=None, reason="test")
    return admins


def active_admins() -> int:
    return User.objects.filter(grants__role=Role.ADMIN, grants__revoked_at=None, is_active=True).count()


def test_the_same_role_granted_twice() -> None:
    cleo = person()

    outcomes = at_once(
        *[lambda: services.grant(user=cleo, role=Role.SUPPORT, by=None, reason="test") for _ in range(2)]
    )

    assert outcomes == [DONE, DONE]
    assert RoleGrant.objects.filter(user=cleo).count() == 1
    assert AuditEntry.objects.filter(subject__endswith=str(cleo.pk), action="role granted").count() == 1


def test_the_same_role_revoked_twice() -> None:
    cleo = person()
    services.grant(user=cleo, role=Role.SUPPORT, by=None, reason="test")

    outcomes = at_once(
        *[lambda: services.revoke(user=cleo, role=Role.SUPPORT, by=None, reason="test") for _ in range(2)]
    )

    assert outcomes == [DONE, DONE]
    assert AuditEntry.objects.filter(subject__endswith=str(cleo.pk), action="role revoked").count() == 1


def test_two_admins_switch_each_other_off(two_admins: list[User]) -> None:
    alex, blair = two_admins

    outcomes = at_once(
        lambda: services.set_active(user=blair, is_active=False, by=alex),
        lambda: services.set_active(user=alex, is_active=False, by=blair),
    )

    assert outcomes == [DONE, "last_admin"]
    assert active_admins() == 1


def test_two_admins_take_the_role_from_each_other(two_admins: list[User]) -> None:
    alex, blair = two_admins

    outcomes = at_once(
        lambda: services.revoke(user=blair, role=Role.ADMIN, by=alex, reason="test"),
        lambda: services.change_roles(user=alex, grants=[Role.SUPPORT], revokes=[Role.ADMIN], by=blair, reason="test"),
    )

    assert outcomes == [DONE, "last_admin"]
    assert active_admins() == 1


def test_one_admin_erases_themselves_while_the_other_is_switched_off(two_admins: list[User]) -> None:
    alex, blair = two_admins

    outcomes = at_once(
        lambda: erasure.erase(user=alex), lambda: services.set_active(user=blair, is_active=False, by=alex)
    )

    assert outcomes == [DONE, "last_admin"]
    assert active_admins() == 1


def test_the_same_admin_is_switched_off_and_loses_the_role(two_admins: list[User]) -> None:
    alex, blair = two_admins

    outcomes = at_once(
        lambda: services.set_active(user=blair, is_active=False, by=alex),
        lambda: services.change_roles(user=blair, grants=[Role.SUPPORT], revokes=[Role.ADMIN], by=alex, reason="test"),
    )

    assert outcomes == [DONE, DONE]
    assert active_admins() == 1


def test_two_people_of_the_same_name_become_builders() -> None:
    people = [person("Ada Moreno"), person("Ada Moreno")]
    name = f"Ada Twice {next(numbers)}"
    User.objects.filter(pk__in=[user.pk for user in people]).update(display_name=name)
    for user in people:
        user.refresh_from_db()

    outcomes = at_once(
        *[
            lambda user=user: services.make_builder(user=user, headline="Builds", bio="", by=None, reason="test")
            for user in people
        ]
    )

    assert outcomes == [DONE, DONE]
    slugs = BuilderProfile.objects.filter(user__in=people).values_list("slug", flat=True)
    base = name.lower().replace(" ", "-")
    assert sorted(slugs) == [base, f"{base}-2"]


def test_one_person_becomes_a_builder_twice() -> None:
    ada = person("Ada Moreno")

    outcomes = at_once(
        *[lambda: services.make_builder(user=ada, headline="Builds", bio="", by=None, reason="test") for _ in range(2)]
    )

    assert outcomes == [DONE, DONE]
    assert BuilderProfile.objects.filter(user=ada).count() == 1


def test_details_saved_twice() -> None:
    cleo = person()

    def save(about: str) -> None:
        services.update_person(user=cleo, display_name="Cleo", timezone="UTC", place=None, about=about)

    assert at_once(lambda: save("One."), lambda: save("Two.")) == [DONE, DONE]
    assert ClientProfile.objects.get(user=cleo).about in ("One.", "Two.")


def test_two_pictures_uploaded_at_once_leave_one_file(media_folder: object) -> None:
    cleo = person()

    def upload() -> None:
        services.set_avatar(user=User.objects.get(pk=cleo.pk), picture=ContentFile(b"picture"))

    assert at_once(upload, upload) == [DONE, DONE]
    cleo.refresh_from_db()
    _, files = cleo.avatar.storage.listdir("avatars")
    assert [f"avatars/{name}" for name in files] == [cleo.avatar.name]


def test_two_applications_of_one_person() -> None:
    cleo = person()

    outcomes = at_once(*[lambda: applications.apply(user=cleo, headline="Builds", message="x" * 50) for _ in range(2)])

    assert outcomes == ["already_applied", DONE]
    assert BuilderApplication.objects.filter(user=cleo).count() == 1


def test_an_application_granted_and_declined() -> None:
    cleo, alex = person(), person("Alex Admin")
    application = applications.apply(user=cleo, headline="Builds", message="x" * 50)

    outcomes = at_once(
        *[
            lambda granted=granted: applications.decide(
                application=BuilderApplication.objects.get(pk=application.pk), by=alex, granted=granted, reason="test"
            )
            for granted in (True, False)
        ]
    )

    assert outcomes == ["already_decided", DONE]
    is_builder = RoleGrant.objects.live().filter(user=cleo).exists()
    assert is_builder == (BuilderApplication.objects.get(user=cleo).state == State.GRANTED)


def test_two_exports_of_one_person() -> None:
    cleo = person()

    assert at_once(*[lambda: exports.request_export(user=cleo) for _ in range(2)]) == [DONE, DONE]
    assert DataExport.objects.filter(person=cleo).count() == 1


def test_the_same_notification_sent_twice() -> None:
    cleo = person()
    news = NewNotification(kind="account", event="once", title="Once", text="", path="/", call="Look")

    assert at_once(*[lambda: notifications.notify(cleo, news) for _ in range(2)]) == [DONE, DONE]
    assert Notification.objects.filter(person=cleo).count() == 1


def test_a_token_revoked_twice() -> None:
    cleo = person()
    tokens.issue(user=cleo, name="script")
    token = ApiToken.objects.get(user=cleo)

    assert at_once(*[lambda: tokens.revoke(user=cleo, token=token.pk) for _ in range(2)]) == [DONE, DONE]
    assert AuditEntry.objects.filter(subject__endswith=str(token.pk), action="token revoked").count() == 1


def test_a_second_factor_removed_twice() -> None:
    cleo, alex = person(), person("Alex Admin")
    cleo.authenticator_set.create(type="totp", data={})

    outcomes = at_once(*[lambda: second_factors.remove_for(user=cleo, by=alex, reason="Lost.") for _ in range(2)])

    assert outcomes == [DONE, DONE]
    assert Notification.objects.filter(person=cleo, title="Your second factor was removed").count() == 1


def test_an_account_erased_twice() -> None:
    cleo = person()

    assert at_once(*[lambda: erasure.erase(user=User.objects.get(pk=cleo.pk)) for _ in range(2)]) == [DONE, DONE]
    assert AuditEntry.objects.filter(subject__endswith=str(cleo.pk), action="person erased").count() == 1
