"""Data exports and erasing accounts, for every model with a relation to a person."""

from __future__ import annotations

import json
import zipfile
from collections.abc import Callable
from datetime import timedelta
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from django.apps import apps
from django.core.files.base import ContentFile
from django.db.models import Model
from django.test import Client
from django.urls import reverse

from accounts import services
from accounts.applications import apply
from accounts.models import BuilderProfile, ClientProfile, DataExport, Place, User
from accounts.personal_data import erasure, exports
from accounts.tokens import services as tokens
from core import outbox, personal
from core.demo_mail import stored_emails
from core.models import AuditEntry, OutboxMessage
from tests.cast import PASSWORD, make_staff
from tests.files import headers, stored_names

pytestmark = pytest.mark.django_db
Confirmed = Callable[[User], Client]


def test_every_model_with_a_relation_to_a_person_is_registered() -> None:
    known = {registration.model for registration in personal.registered()}
    linked = {
        model
        for model in apps.get_models()
        if any(
            field.is_relation and field.related_model is User and not field.auto_created
            for field in model._meta.get_fields()
        )
    }

    assert linked - known == set(), "register_personal() in the app's ready()"


def test_registered_fields_exist() -> None:
    missing = {
        f"{registration.model._meta.label}.{field}"
        for registration in personal.registered()
        for field in {path.partition("__")[0] for path in registration.fields} - names_in(registration.model)
    }

    assert missing == set()


def names_in(model: type[Model]) -> set[str]:
    return {field.name for field in model._meta.get_fields()} | set(dir(model))


def add_data(user: User) -> None:
    """Gives the person a place, a picture, an API token and an application."""
    place = Place.objects.get(name="Leeds")
    services.update_person(
        user=user, display_name=user.display_name, timezone="Europe/London", place=place, about="I learn by ear."
    )
    services.set_avatar(user=user, picture=ContentFile(b"RIFF0000WEBP"))
    tokens.issue(user=user, name="Cleo's laptop")
    apply(user=user, headline="Cleo's pots", message="m" * 50)


def archive_of(export: DataExport) -> dict[str, str]:
    with zipfile.ZipFile(BytesIO(export.archive.read())) as archive:
        return {name: archive.read(name).decode() for name in archive.namelist()}


def test_the_download_contains_the_persons_data_and_no_one_elses(confirmed: Confirmed, cleo: User, ada: User) -> None:
    add_data(cleo)
    client = confirmed(cleo)
    client.post(reverse("accounts:request_export"))
    assert "Waiting" in client.get(reverse("accounts:data")).content.decode()
    outbox.deliver_due()

    export = DataExport.objects.get()
    page = client.get(reverse("accounts:data")).content.decode()
    assert reverse("accounts:download", args=[export.pk]) in page
    answer = headers(client.get(reverse("accounts:download", args=[export.pk])))
    assert answer["Content-Disposition"].startswith('attachment; filename="waymark-')
    assert answer["Content-Type"] == "application/zip"
    files = archive_of(export)
    (person,) = json.loads(files["users.json"])
    assert (person["email"], person["place"]) == (cleo.email, "Leeds, United Kingdom")
    assert json.loads(files["client-profiles.json"])[0]["about"] == "I learn by ear."
    assert json.loads(files["builder-applications.json"])[0]["headline"] == "Cleo's pots"
    assert any(name.startswith("files/user/") for name in files)
    assert ada.email not in "".join(files.values())
    assert "digest" not in files["api-tokens.json"]
    assert "Your data is ready to download" in [mail.subject for mail in stored_emails()]


def test_one_export_at_a_time_and_the_old_one_is_removed(confirmed: Confirmed, cleo: User, media_folder: Path) -> None:
    first = exports.request_export(user=cleo)
    assert exports.request_export(user=cleo) == first
    outbox.deliver_due()

    second = exports.request_export(user=cleo)

    assert second != first
    assert DataExport.objects.get() == second


def test_nobody_else_can_download_an_export(confirmed: Confirmed, cleo: User, ada: User) -> None:
    export = exports.request_export(user=cleo)
    outbox.deliver_due()

    assert confirmed(ada).get(reverse("accounts:download", args=[export.pk])).status_code == 404


def test_an_archive_is_removed_after_a_week(
    confirmed: Confirmed, cleo: User, media_folder: Path, django_capture_on_commit_callbacks: Any
) -> None:
    export = exports.request_export(user=cleo)
    outbox.deliver_due()
    export.refresh_from_db()
    assert export.expires_at
    with django_capture_on_commit_callbacks(execute=True):
        exports.remove_expired(export.expires_at + timedelta(seconds=1))

    assert not DataExport.objects.exists()
    assert stored_names() == []
    assert confirmed(cleo).get(reverse("accounts:download", args=[export.pk])).status_code == 404


def test_delivering_twice_makes_one_archive(cleo: User) -> None:
    """A worker may stop after it made the archive and before it marked the message as delivered."""
    exports.request_export(user=cleo)
    message = OutboxMessage.objects.get(channel=exports.CHANNEL)
    exports.deliver(message)
    name = DataExport.objects.get().archive.name
    exports.deliver(message)

    assert DataExport.objects.get().archive.name == name
    assert cleo.notifications.count() == 1


def test_erasing_requires_typing_the_address(confirmed: Confirmed, cleo: User) -> None:
    client = confirmed(cleo)
    page = client.get(reverse("accounts:erase")).content.decode()
    assert "Audit entries" in page, "what stays is said before the click"
    for email in ("", "somebody@else.test"):
        assert client.post(reverse("accounts:erase"), {"email": email}).status_code == 422

    answer = client.post(reverse("accounts:erase"), {"email": cleo.email.upper()}, follow=True)

    assert "Your account has been deleted" in answer.content.decode()
    assert client.get(reverse("accounts:settings")).status_code == 302


def database_text(*, but: tuple[str, ...] = ()) -> str:
    """Returns all rows of the database as one text."""
    return "\n".join(
        str(row)
        for model in apps.get_models()
        if model._meta.label not in but and model._meta.managed
        for row in model._default_manager.values_list()
        if model is not Place
    )


def test_the_database_does_not_name_an_erased_person(
    confirmed: Confirmed, ada: User, cleo: User, media_folder: Path, django_capture_on_commit_callbacks: Any
) -> None:
    elsewhere = Client()
    elsewhere.post(reverse("account_login"), {"login": cleo.email, "password": PASSWORD})
    assert elsewhere.get(reverse("accounts:settings")).status_code == 200
    with django_capture_on_commit_callbacks(execute=True):
        add_data(cleo)
        exports.request_export(user=cleo)
        outbox.deliver_due()
    with django_capture_on_commit_callbacks(execute=True):
        erasure.erase(user=User.objects.get(pk=cleo.pk))

    left = database_text()
    for words in ("cleo", "Cleo", "pots", "by ear", "laptop"):
        assert words not in left
    assert stored_names() == []
    assert not ClientProfile.objects.exists()
    assert elsewhere.get(reverse("accounts:settings")).status_code == 302, "signed out everywhere"
    assert "Ada" in left, "others stay"


def test_erasing_twice_changes_nothing(cleo: User) -> None:
    erasure.erase(user=User.objects.get(pk=cleo.pk))
    before = database_text()
    erasure.erase(user=User.objects.get(pk=cleo.pk))

    assert database_text() == before


def test_an_erased_builder_has_no_public_profile(client: Client, ada: User) -> None:
    erasure.erase(user=User.objects.get(pk=ada.pk))

    assert client.get("/builders/ada-moreno/").status_code == 404
    assert "Ada" not in client.get("/builders/").content.decode()
    profile = BuilderProfile.objects.get()
    assert (profile.headline, profile.is_published) == ("", False)
    assert "moreno" not in database_text().lower()


def test_the_last_admin_cannot_be_erased(confirmed: Confirmed, alex: User) -> None:
    page = confirmed(alex).post(reverse("accounts:erase"), {"email": alex.email})
    assert page.status_code == 409
    alex.refresh_from_db()
    assert alex.is_active

    from accounts.roles import Role

    make_staff("Bo Admin", Role.ADMIN)
    erasure.erase(user=alex)
    assert not User.objects.get(pk=alex.pk).is_active


def test_audit_entries_do_not_contain_changed_names(confirmed: Confirmed, cleo: User, alex: User) -> None:
    confirmed(alex).post(
        reverse("admin:accounts_user_change", args=[cleo.pk]),
        {"display_name": "Cleopatra", "timezone": "UTC", "is_active": "on", "place": ""},
    )

    assert User.objects.get(pk=cleo.pk).display_name == "Cleopatra"
    entry = AuditEntry.objects.get(action="changed in the admin")
    assert "display_name" in (entry.after or {})
    assert "Cleo" not in str([entry.before, entry.after])
