"""Maintenance and announcements: what staff decide, and what everybody then sees and can do."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
from django.core.management import call_command
from django.test import Client
from django.urls import resolve, reverse

from accounts.models import User
from accounts.tokens import services as tokens
from core.models import Announcement, AuditEntry, Maintenance
from core.policies import maintenance, state
from tests.accounts.pages import sent_emails
from tests.factories.core import AnnouncementFactory, MaintenanceFactory

pytestmark = pytest.mark.django_db
Browser = Callable[[User | None], Client]


def local(instant: datetime) -> str:
    """Writes a time as the form field of a browser does, for people whose zone is UTC."""
    return instant.astimezone(UTC).strftime("%Y-%m-%dT%H:%M")


def test_a_maintenance_is_announced_begun_and_ended(alex: User, cleo: User, browser_of: Browser) -> None:
    admin, client, page = browser_of(alex), browser_of(cleo), reverse("operations:maintenance")
    now = datetime.now(UTC)
    plan = {"starts_at": local(now + timedelta(hours=1)), "ends_at": local(now), "message": "A new database."}

    assert "Choose an end after the start." in admin.post(page, plan).content.decode()
    admin.post(page, plan | {"ends_at": local(now + timedelta(hours=2))})
    announced = client.get("/builders/").content.decode()
    saved_before = client.post("/account/", {"form": "nothing"}).status_code
    assert Maintenance.objects.update(starts_at=now) == 1
    state.forget()
    running = client.get("/builders/").content.decode()
    refused = client.post("/account/", {"form": "nothing"})
    refused_by_api = client.post("/api/bookings", {}, content_type="application/json")
    by_staff = admin.post(reverse("operations:end_maintenance"), follow=True).content.decode()

    assert "Maintenance from" in announced
    assert "A new database." in announced
    assert saved_before != 503
    assert "Maintenance until" in running
    assert refused.status_code == 503
    assert 3600 < int(refused["Retry-After"]) <= 7260
    assert "Waymark is being maintained" in refused.content.decode()
    assert refused_by_api.status_code == 503
    assert refused_by_api.json()["error"]["code"] == "maintenance"
    assert "Waymark works as usual again." in by_staff
    assert client.post("/account/", {"form": "nothing"}).status_code != 503
    assert "Maintenance until" not in client.get("/builders/").content.decode()
    actions = AuditEntry.objects.filter(action__startswith="maintenance").values_list("action", flat=True)
    assert sorted(actions) == ["maintenance ended", "maintenance planned"]


def test_webhooks_payments_and_signing_in_go_on(client: Client) -> None:
    go_on = ("/webhooks/calendly/", "/webhooks/mail-events/", "/bookings/pay/nonsense/", "/account/login/", "/theme/")
    before = {address: client.post(address).status_code for address in go_on}
    MaintenanceFactory.create(starts_at=datetime.now(UTC) - timedelta(minutes=1))
    state.forget()

    assert 503 not in before.values()
    assert {address: client.post(address).status_code for address in go_on} == before
    assert client.get("/readyz").status_code == 200
    assert client.get("/api/pathways").status_code == 200
    assert client.post("/contact/", {}).status_code == 503
    assert client.post("/account/signup/", {}).status_code == 503
    assert resolve("/api/bookings/WM-222222/pay").view_name in maintenance._goes_on


def test_tokens_of_staff_work_and_those_of_others_do_not(alex: User, cleo: User, client: Client) -> None:
    MaintenanceFactory.create(starts_at=datetime.now(UTC) - timedelta(minutes=1))
    state.forget()
    secrets = {person: tokens.issue(user=person, name="laptop") for person in (alex, cleo)}

    answers = {
        person: client.post("/api/referrals/codes", headers={"Authorization": f"Bearer {secret}"})
        for person, secret in secrets.items()
    }
    wrong = client.post("/api/referrals/codes", headers={"Authorization": "Bearer wm_nothing"})

    assert answers[alex].status_code == 201
    assert answers[cleo].status_code == wrong.status_code == 503


def test_staff_reset_their_password(alex: User, client: Client) -> None:
    MaintenanceFactory.create(starts_at=datetime.now(UTC) - timedelta(minutes=1))
    state.forget()

    assert client.post("/account/password/reset/", {"email": alex.email}).status_code == 302
    (mail,) = [mail for mail in sent_emails() if mail.to == alex.email]
    form = client.get(re.search(r"http://[^/]+(/\S+)", mail.text)[1], follow=True)  # type: ignore[index]  # it is there
    answer = client.post(
        form.request["PATH_INFO"], {"password1": "a long new secret", "password2": "a long new secret"}
    )

    assert answer.status_code == 302
    alex.refresh_from_db()
    assert alex.check_password("a long new secret")


def test_the_command_begins_and_ends_maintenance(client: Client, capsys: pytest.CaptureFixture[str]) -> None:
    call_command("maintenance", "on", "--minutes", "30", "--message", "Moving house.")
    began = client.post("/contact/", {})
    call_command("maintenance", "off")
    call_command("maintenance", "off")
    call_command("maintenance", "status")

    assert began.status_code == 503
    assert "Moving house." in began.content.decode()
    assert client.post("/contact/", {}).status_code == 422
    lines = capsys.readouterr().out.splitlines()
    assert lines[0].startswith("Running: ")
    assert lines[1:] == ["The maintenance is over.", "There is no maintenance to end.", "No maintenance is planned."]


def test_support_announces_but_only_admins_plan_maintenance(suri: User, cleo: User, browser_of: Browser) -> None:
    staff, client, page = browser_of(suri), browser_of(cleo), reverse("operations:announcements")
    now = datetime.now(UTC)
    words = {"text": "Talks on Friday", "audience": "clients", "starts_at": local(now - timedelta(hours=1))}
    words |= {"ends_at": local(now + timedelta(hours=1)), "can_be_closed": "on"}

    assert staff.post(reverse("operations:maintenance"), {"ends_at": local(now)}).status_code == 403
    assert staff.post(page, words | {"ends_at": words["starts_at"]}).status_code == 422
    staff.post(page, words)
    row = Announcement.objects.get()
    assert "Talks on Friday" in client.get("/builders/").content.decode()
    assert "Talks on Friday" not in browser_of(None).get("/builders/").content.decode()
    closed = client.post(reverse("core:close_banner", args=[row.pk]), {"next": "/builders/?q=a"})
    assert closed["Location"] == "/builders/?q=a"
    assert "Talks on Friday" not in client.get("/builders/").content.decode()

    staff.post(reverse("operations:announcement", args=[row.pk]), words | {"text": "Talks on Monday"})
    staff.post(reverse("operations:end_announcement", args=[row.pk]))
    row.refresh_from_db()
    assert row.text == "Talks on Monday"
    assert row.ends_at < now + timedelta(minutes=1)
    assert AuditEntry.objects.filter(action="announcement changed", before__text="Talks on Friday").exists()


@pytest.mark.parametrize(
    ("audience", "readers"),
    [
        ("everybody", ["nobody", "cleo", "ada", "suri"]),
        ("visitors", ["nobody"]),
        ("signed_in", ["cleo", "ada", "suri"]),
        ("clients", ["cleo", "suri"]),
        ("builders", ["ada"]),
        ("staff", ["suri"]),
    ],
)
def test_an_announcement_is_shown_to_those_it_is_for(
    audience: str, readers: list[str], cleo: User, ada: User, suri: User, browser_of: Browser
) -> None:
    AnnouncementFactory.create(audience=audience, text="Read this.")
    state.forget()
    people = {"nobody": None, "cleo": cleo, "ada": ada, "suri": suri}

    shown = [
        name for name, person in people.items() if "Read this." in browser_of(person).get("/help/").content.decode()
    ]

    assert shown == readers
