"""Setting up, using and losing a second factor; staff may do nothing without one."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pytest
from allauth.mfa.models import Authenticator
from django.core.cache import cache
from django.test import Client
from django.urls import reverse

from accounts.models import User
from accounts.sign_in import second_factors
from accounts.tokens import services as tokens
from core import outbox
from core.demo_mail import stored_emails
from core.models import AuditEntry
from tests.accounts.second_factor import code, set_up
from tests.cast import PASSWORD

pytestmark = pytest.mark.django_db
Confirmed = Callable[[User], Client]


def password_step(client: Client, user: User) -> Any:
    return client.post(reverse("account_login"), {"login": user.email, "password": PASSWORD})


def test_a_code_is_needed_to_set_up_a_second_factor(confirmed: Confirmed, cleo: User) -> None:
    client = confirmed(cleo)
    page = client.get(reverse("mfa_activate_totp"))
    assert "<svg" in page.content.decode(), "inline: the policy takes no data: picture"
    assert client.post(reverse("mfa_activate_totp"), {"code": "000000"}).status_code == 200
    assert not cleo.has_second_factor

    set_up(client)

    assert User.objects.get(pk=cleo.pk).has_second_factor
    codes = client.get(reverse("mfa_view_recovery_codes")).content.decode()
    assert len(re.findall(r"<li><code>\d{10}</code></li>", codes)) == 10


@pytest.mark.django_db(transaction=False)
def test_changes_are_mailed_and_audited(
    confirmed: Confirmed, cleo: User, django_capture_on_commit_callbacks: Any
) -> None:
    client = confirmed(cleo)
    with django_capture_on_commit_callbacks(execute=True):
        set_up(client)
    with django_capture_on_commit_callbacks(execute=True):
        client.post(reverse("mfa_deactivate_totp"))
    outbox.deliver_due()

    subjects = {mail.subject for mail in stored_emails()}
    assert subjects == {"Your authenticator app is set up", "Your authenticator app was switched off"}
    assert set(AuditEntry.objects.values_list("action", flat=True)) == {"second factor added", "second factor removed"}


def test_the_stored_secret_is_encrypted(confirmed: Confirmed, cleo: User) -> None:
    secret = set_up(confirmed(cleo))

    assert secret not in str(Authenticator.objects.get(type="totp").data)


def test_a_code_signs_in_once(confirmed: Confirmed, cleo: User, client: Client) -> None:
    secret = set_up(confirmed(cleo))
    assert password_step(client, cleo).url == reverse("mfa_authenticate")
    assert client.get(reverse("accounts:settings")).status_code == 302, "the password alone opens nothing"

    now = code(secret)
    assert client.post(reverse("mfa_authenticate"), {"code": now})["Location"] == reverse("accounts:start")

    cache.clear()  # allauth remembers used codes there; ours must not depend on it
    other = Client()
    password_step(other, cleo)
    again = other.post(reverse("mfa_authenticate"), {"code": now})
    assert "already been used" in again.content.decode()


def test_a_recovery_code_works_once(confirmed: Confirmed, cleo: User, client: Client) -> None:
    set_up(confirmed(cleo))
    spare = Authenticator.objects.get(type="recovery_codes").wrap().get_unused_codes()[0]

    password_step(client, cleo)
    assert client.post(reverse("mfa_authenticate"), {"code": spare}).status_code == 302
    other = Client()
    password_step(other, cleo)
    assert "Incorrect code" in other.post(reverse("mfa_authenticate"), {"code": spare}).content.decode()


def test_wrong_codes_are_limited(confirmed: Confirmed, cleo: User, client: Client, settings: Any) -> None:
    set_up(confirmed(cleo))
    password_step(client, cleo)
    settings.LIMIT_SIGN_IN_FAILURES = 5

    answers = [client.post(reverse("mfa_authenticate"), {"code": f"{number:06}"}) for number in range(6)]

    assert [answer.status_code for answer in answers] == [200] * 5 + [429]
    assert int(answers[-1]["Retry-After"]) > 0


def test_a_new_password_does_not_bypass_the_second_factor(confirmed: Confirmed, cleo: User, client: Client) -> None:
    set_up(confirmed(cleo))
    cleo.set_password("another-long-phrase")
    cleo.save()

    client.post(reverse("account_login"), {"login": cleo.email, "password": "another-long-phrase"})

    assert client.get(reverse("accounts:settings")).status_code == 302


def test_staff_without_a_second_factor_must_set_one_up(confirmed: Confirmed, alex: User, settings: Any) -> None:
    settings.STAFF_NEED_SECOND_FACTOR = True
    client = confirmed(alex)

    for address in ("/admin/", "/", "/builders/"):
        assert client.get(address)["Location"] == reverse("mfa_activate_totp")
    assert client.get("/api/me").json()["error"]["code"] == "second_factor_required"
    secret = tokens.issue(user=alex, name="t")
    by_token = Client().get("/api/me", headers={"Authorization": f"Bearer {secret}"})
    assert by_token.json()["error"]["code"] == "second_factor_required"

    set_up(client)
    assert client.get("/admin/").status_code == 200
    assert Client().get("/api/me", headers={"Authorization": f"Bearer {secret}"}).status_code == 200


def test_clients_need_no_second_factor_and_the_demo_exempts_staff(
    confirmed: Confirmed, cleo: User, alex: User, settings: Any
) -> None:
    assert "In the demo, staff do not need one" in confirmed(alex).get(reverse("mfa_index")).content.decode()
    settings.STAFF_NEED_SECOND_FACTOR = True
    assert confirmed(cleo).get("/").status_code == 200


def test_an_admin_removes_a_lost_second_factor(confirmed: Confirmed, cleo: User, alex: User) -> None:
    set_up(confirmed(cleo))

    confirmed(alex).post(
        reverse("admin:accounts_user_changelist"),
        {"action": "remove_second_factor", "_selected_action": [str(cleo.pk)]},
    )

    assert not User.objects.get(pk=cleo.pk).has_second_factor
    outbox.deliver_due()
    assert stored_emails()[0].subject == "Your second factor was removed"
    assert AuditEntry.objects.filter(action="second factor removed", actor=alex).exists()
    assert second_factors.remove_for(user=cleo, by=alex, reason="again") is False


def test_the_admin_shows_no_secret(confirmed: Confirmed, cleo: User, alex: User) -> None:
    set_up(confirmed(cleo))
    factor = Authenticator.objects.get(type="totp")

    page = confirmed(alex).get(reverse("admin:mfa_authenticator_change", args=[factor.pk]))

    assert page.status_code == 200
    assert factor.data["secret"] not in page.content.decode()
