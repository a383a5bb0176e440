"""Everything that ends API tokens, and what keeps them."""

from __future__ import annotations

import re
from collections.abc import Callable
from io import StringIO
from typing import Any

import pytest
from django.core.management import call_command
from django.test import Client
from django.urls import reverse

from accounts import services
from accounts.models import ApiToken, User
from accounts.personal_data import erasure
from accounts.roles import Role
from accounts.tokens import services as tokens
from core import clock
from core.errors import Refused
from core.models import AuditEntry
from tests.accounts.token_pages import mails_to, status_of
from tests.cast import PASSWORD

pytestmark = pytest.mark.django_db
Confirmed = Callable[[User], Client]
NEW_PASSWORD = "a-much-better-horse"


def test_an_expired_token_is_refused_and_listed_as_ended(confirmed: Confirmed, cleo: User) -> None:
    secret = tokens.issue(user=cleo, name="laptop")
    ApiToken.objects.update(expires_at=clock.now())

    assert status_of(secret) == 401
    answer = Client().get("/api/me", headers={"Authorization": f"Bearer {secret}"})
    assert "has expired or was revoked" in answer.json()["error"]["message"]
    assert ">Ended<" in confirmed(cleo).get(reverse("accounts:tokens")).content.decode()


def test_a_password_reset_ends_tokens(client: Client, cleo: User) -> None:
    secret = tokens.issue(user=cleo, name="laptop")
    client.post(reverse("account_reset_password"), {"email": cleo.email})
    (mail,) = mails_to(cleo.email)
    link = re.search(r"http://testserver(/account/password/reset/key/\S+)", mail)
    assert link
    form = client.get(link.group(1), follow=True)
    assert "ends your API tokens" in form.content.decode(), "said before"
    assert status_of(secret) == 200, "asking for the mail ends nothing"

    done = client.post(form.redirect_chain[-1][0], {"password1": NEW_PASSWORD, "password2": NEW_PASSWORD}, follow=True)

    assert status_of(secret) == 401
    assert "Your API token has ended" in done.content.decode()
    assert any("If you had API tokens, they no longer work" in mail for mail in mails_to(cleo.email))
    entry = AuditEntry.objects.get(action="tokens revoked")
    assert entry.after == {"count": 1, "because": "password reset"}


def change_password(client: Client, **more: str) -> Any:
    form = {"oldpassword": PASSWORD, "password1": NEW_PASSWORD, "password2": NEW_PASSWORD}
    return client.post(reverse("account_change_password"), form | more, follow=True)


def test_a_changed_password_ends_tokens(confirmed: Confirmed, cleo: User) -> None:
    secrets = [tokens.issue(user=cleo, name="laptop"), tokens.issue(user=cleo, name="phone", scopes=["read"])]
    client = confirmed(cleo)
    form = client.get(reverse("account_change_password")).content.decode()
    assert "also ends your API tokens, unless you choose to keep them" in form
    assert not re.search(r'name="keep_tokens"[^>]*checked', form), "off unless chosen"

    page = change_password(client).content.decode()

    assert [status_of(secret) for secret in secrets] == [401, 401]
    assert "Your 2 API tokens have ended" in page
    assert any("If you had API tokens, they no longer work" in mail for mail in mails_to(cleo.email))


def test_tokens_can_be_kept_when_changing_the_password(confirmed: Confirmed, cleo: User) -> None:
    secret = tokens.issue(user=cleo, name="laptop")

    change_password(confirmed(cleo), keep_tokens="on")

    assert status_of(secret) == 200
    assert any("Your API tokens were kept" in mail for mail in mails_to(cleo.email))


def test_a_wrong_old_password_ends_nothing(confirmed: Confirmed, cleo: User) -> None:
    secret = tokens.issue(user=cleo, name="laptop")

    change_password(confirmed(cleo), oldpassword="wrong-horse")

    assert status_of(secret) == 200


def test_the_choice_to_keep_tokens_is_hidden_without_tokens(confirmed: Confirmed, cleo: User) -> None:
    assert "keep_tokens" not in confirmed(cleo).get(reverse("account_change_password")).content.decode()

    assert "API token" not in change_password(confirmed(cleo)).content.decode().partition("</main>")[0]


def test_tokens_cannot_be_kept_in_a_password_reset(client: Client, cleo: User) -> None:
    secret = tokens.issue(user=cleo, name="laptop")
    client.post(reverse("account_reset_password"), {"email": cleo.email})
    link = re.search(r"http://testserver(/account/password/reset/key/\S+)", mails_to(cleo.email)[0])
    assert link
    form = client.get(link.group(1), follow=True)

    answers = {"password1": NEW_PASSWORD, "password2": NEW_PASSWORD, "keep_tokens": "on"}
    client.post(form.redirect_chain[-1][0], answers)

    assert status_of(secret) == 401


def test_a_changed_address_ends_tokens(confirmed: Confirmed, cleo: User) -> None:
    secret = tokens.issue(user=cleo, name="laptop")
    client = confirmed(cleo)
    assert "Confirming the new address ends your API tokens" in client.get(reverse("account_email")).content.decode()
    client.post(reverse("account_email"), {"action_add": "", "email": "new@people.test"})
    assert status_of(secret) == 200, "until the address is proven, nothing has changed"
    link = next(
        match.group(1)
        for mail in mails_to("new@people.test")
        if (match := re.search(r"http://testserver(/account/email/\S+)", mail))
    )
    assert "This also ends your API tokens" in client.get(link).content.decode()

    page = client.post(link, follow=True).content.decode()

    assert User.objects.get(pk=cleo.pk).email == "new@people.test"
    assert status_of(secret) == 401
    assert "Your API token has ended" in page
    assert any("If you had API tokens, they no longer work" in mail for mail in mails_to("cleo.park@people.test"))


def test_signing_out_everywhere_else_ends_tokens(client: Client, cleo: User) -> None:
    secret = tokens.issue(user=cleo, name="laptop")
    for browser in (Client(), client):
        browser.post(reverse("account_login"), {"login": cleo.email, "password": PASSWORD})
    assert "also ends your API tokens" in client.get(reverse("usersessions_list")).content.decode()

    page = client.post(reverse("usersessions_list"), follow=True).content.decode()

    assert status_of(secret) == 401
    assert "Your API token has ended" in page


@pytest.mark.parametrize("change", [{"password": "!"}, {"email": "new@people.test"}, {"is_active": False}])
def test_a_request_from_before_the_change_cannot_make_a_token(cleo: User, change: dict[str, Any]) -> None:
    User.objects.filter(pk=cleo.pk).update(**change)

    with pytest.raises(Refused):
        tokens.issue(user=cleo, name="too late")

    assert not cleo.api_tokens.exists()


def test_signing_out_keeps_tokens(client: Client, cleo: User) -> None:
    secret = tokens.issue(user=cleo, name="laptop")
    client.post(reverse("account_login"), {"login": cleo.email, "password": PASSWORD})

    client.post(reverse("account_logout"))

    assert status_of(secret) == 200


def test_changing_the_password_by_command_ends_tokens(cleo: User, monkeypatch: pytest.MonkeyPatch) -> None:
    secret = tokens.issue(user=cleo, name="laptop")
    monkeypatch.setattr("getpass.getpass", lambda prompt: NEW_PASSWORD)

    call_command("changepassword", cleo.email, stdout=StringIO())

    assert User.objects.get(pk=cleo.pk).check_password(NEW_PASSWORD)
    assert status_of(secret) == 401


def test_revoking_all_ends_only_ones_own_tokens(cleos: Client, cleo: User, ada: User) -> None:
    own, adas = [tokens.issue(user=cleo, name=name) for name in ("a", "b")], tokens.issue(user=ada, name="c")

    cleos.post(reverse("accounts:revoke_all_tokens"))

    assert [status_of(secret) for secret in own] == [401, 401]
    assert status_of(adas) == 200


def test_revoking_all_is_audited_once_with_the_number_of_live_tokens(cleo: User, alex: User) -> None:
    tokens.issue(user=cleo, name="old")
    ApiToken.objects.update(expires_at=clock.now())
    for name in ("a", "b"):
        tokens.issue(user=cleo, name=name)

    assert tokens.revoke_all(user=cleo, by=alex, because="test") == 2
    assert tokens.revoke_all(user=cleo) == 0

    entry = AuditEntry.objects.get(action="tokens revoked")
    assert (entry.actor, entry.subject) == (alex, f"accounts.user:{cleo.pk}")


def test_another_persons_token_is_not_found(cleos: Client, ada: User) -> None:
    secret = tokens.issue(user=ada, name="laptop")

    answer = cleos.post(reverse("accounts:revoke_token", args=[ada.api_tokens.get().pk]))

    assert answer.status_code == 404
    assert status_of(secret) == 200


def test_switching_an_account_off_ends_its_tokens(browser_of: Any, alex: User, cleo: User) -> None:
    secret = tokens.issue(user=cleo, name="laptop")
    form = {"display_name": cleo.display_name, "timezone": cleo.timezone}

    saved = browser_of(alex).post(reverse("admin:accounts_user_change", args=[cleo.pk]), form)

    assert saved.status_code == 302
    assert not User.objects.get(pk=cleo.pk).is_active
    assert status_of(secret) == 401
    User.objects.filter(pk=cleo.pk).update(is_active=True)
    assert status_of(secret) == 401, "switched on again, they do not come back"


def test_an_erased_account_leaves_no_token(cleo: User) -> None:
    secret = tokens.issue(user=cleo, name="laptop")

    erasure.erase(user=cleo)

    assert status_of(secret) == 401
    assert not ApiToken.objects.exists()


def test_a_revoked_role_is_revoked_for_tokens(ada: User, alex: User) -> None:
    headers = {"Authorization": f"Bearer {tokens.issue(user=ada, name='laptop')}"}
    assert Client().get("/api/coach", headers=headers).status_code == 200

    services.revoke(user=ada, role=Role.BUILDER, by=alex, reason="test")

    assert Client().get("/api/coach", headers=headers).status_code == 403
    assert Client().get("/api/me", headers=headers).json()["user"]["roles"] == ["client"]


def test_a_revoked_token_gets_no_stored_response(cleo: User) -> None:
    """A request that is repeated with its Idempotency-Key gets the stored response, but not with a revoked token."""
    headers = {"Authorization": f"Bearer {tokens.issue(user=cleo, name='t')}", "Idempotency-Key": "once"}
    tokens.revoke_all(user=cleo)

    assert Client().post("/api/bookings/create", {}, "application/json", headers=headers).status_code == 401
