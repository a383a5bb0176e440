"""The person who verifies an address owns its account. The five attacks of Sudhodanan and Paverd ("Pre-hijacked accounts",
2022) give the attacker no access."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from allauth.mfa.models import Authenticator
from django.test import Client
from django.urls import reverse

from accounts import services
from accounts.addresses import changes as address_changes
from accounts.addresses import services as addresses
from accounts.addresses.services import Newcomer
from accounts.models import AddressChange, SignUp, User
from accounts.roles import Role
from accounts.tasks import remove_expired_proofs
from accounts.tokens import services as tokens
from core import clock
from core.models import OutboxMessage
from tests.accounts.pages import join, link_in, sent_emails, sign_in
from tests.cast import make_person
from tests.factories.accounts import EmailAddressFactory

pytestmark = pytest.mark.django_db
VICTIM = "victim@people.test"
OWNERS_PASSWORD = "the-owners-own-phrase"
JOIN_PASSWORD = "a-long-enough-phrase"  # what `join` types


def newest_link() -> str:
    return link_in(sent_emails()[0].text)


def confirm_elsewhere(link: str, password: str = OWNERS_PASSWORD) -> Client:
    """The owner of the mailbox opens the link in their own browser and chooses a password."""
    browser = Client()
    browser.post(link, {"display_name": "Vera Victim", "password1": password})
    return browser


def is_signed_in(browser: Client) -> bool:
    return browser.get(reverse("accounts:settings")).status_code == 200


def make_unverified_account(email: str = VICTIM, password: str = "mallorys-own-phrase") -> User:
    """An account whose address is not verified."""
    return User.objects.create_user(email, password, display_name="Mallory")


def test_a_password_typed_in_another_browser_does_not_count() -> None:
    """Classic attack: the attacker joins first, with the victim's address."""
    attacker = Client()
    join(attacker, VICTIM)

    owner = confirm_elsewhere(newest_link())

    assert is_signed_in(owner)
    assert sign_in(Client(), VICTIM, JOIN_PASSWORD).status_code == 200, "the attacker's password"
    assert sign_in(Client(), VICTIM, OWNERS_PASSWORD).status_code == 302
    assert not is_signed_in(attacker)


def test_confirming_in_another_browser_needs_a_password() -> None:
    """Mail scanners open links and press buttons; they type nothing."""
    join(Client(), VICTIM)
    link = newest_link()

    scanner = Client()
    assert "choose a password" in scanner.get(link).content.decode()
    assert scanner.post(link).status_code == 422

    assert not User.objects.exists()
    assert SignUp.objects.exists(), "the link still works for the owner"


def test_a_mail_scanner_does_not_use_up_the_link(client: Client) -> None:
    join(client, VICTIM)
    link = newest_link()
    Client().get(link)
    Client().post(link)

    client.post(link)

    assert sign_in(Client(), VICTIM, JOIN_PASSWORD).status_code == 302


def test_a_session_from_before_the_verification_ends() -> None:
    """Unexpired session, at a claim: the account existed before the address was verified."""
    attacker = Client()
    attacker.force_login(make_unverified_account())
    assert is_signed_in(attacker)
    join(Client(), VICTIM)

    confirm_elsewhere(newest_link())

    assert not is_signed_in(attacker)


def test_a_session_from_before_a_reset_ends(cleo: User) -> None:
    """Unexpired session, at a reset: the attacker knew the password and stays signed in."""
    attacker, owner = Client(), Client()
    sign_in(attacker, cleo.email)
    address_changes.ask(user=cleo, email="mallory@evil.test")
    owner.post(reverse("account_reset_password"), {"email": cleo.email})
    mail = next(mail for mail in sent_emails() if mail.to == cleo.email)
    form_address = owner.get(link_in(mail.text)).headers["Location"]

    owner.post(form_address, {"password1": OWNERS_PASSWORD, "password2": OWNERS_PASSWORD})

    assert not is_signed_in(attacker)
    assert not AddressChange.objects.exists()


def test_an_address_that_the_attacker_added_gives_no_access() -> None:
    """Trojan identifier: the account of the victim's address also has a verified address of the attacker."""
    account = make_unverified_account()
    EmailAddressFactory.create(user=account, email="mallory@evil.test")
    join(Client(), VICTIM)

    confirm_elsewhere(newest_link())

    owner = addresses.owner_of(VICTIM)
    assert owner is not None
    assert owner != account
    account.refresh_from_db()
    assert account.email == "mallory@evil.test"


def test_a_pending_address_change_ends_with_the_claim() -> None:
    """Unexpired change of address: the attacker keeps the link of a change to their own address."""
    account = make_unverified_account()
    attacker = Client()
    attacker.force_login(account)
    change = address_changes.ask(user=account, email="mallory@evil.test")
    link = address_changes.url_of(change)
    join(Client(), VICTIM)

    confirm_elsewhere(link_in(next(mail.text for mail in sent_emails() if mail.to == VICTIM)))
    attacker.post(link)

    assert User.objects.get(pk=account.pk).email == VICTIM
    assert addresses.owner_of("mallory@evil.test") is None
    assert not AddressChange.objects.exists()


def test_an_unverified_account_gives_its_maker_no_access_after_the_claim(settings: Any) -> None:
    """Non-verifying provider: made without a mail to the address, then given a role, a token and a second factor."""
    account = User.objects.create_user(VICTIM, "mallorys-own-phrase", display_name="Mallory")
    services.grant(user=account, role=Role.ADMIN, by=None, reason="test")
    secret = tokens.issue(user=account, name="laptop")
    Authenticator.objects.create(user=account, type="totp", data={"secret": "x"})
    assert sign_in(Client(), VICTIM, "mallorys-own-phrase").status_code == 200, "no sign-in before the proof"
    join(Client(), VICTIM)

    owner = confirm_elsewhere(newest_link())

    assert is_signed_in(owner)
    assert tokens.person_of(secret) is None
    assert not Authenticator.objects.exists()
    assert sign_in(Client(), VICTIM, "mallorys-own-phrase").status_code == 200
    account.refresh_from_db()
    assert (account.display_name, account.roles) == ("Vera Victim", frozenset({"admin"}))


def test_an_unverified_account_gets_no_reset_link() -> None:
    make_unverified_account()

    Client().post(reverse("account_reset_password"), {"email": VICTIM})

    (mail,) = sent_emails()
    assert mail.subject == "There is no Waymark account with this address"
    assert "Mallory" not in mail.text


@pytest.mark.parametrize("waits_as", ["change", "older row"])
def test_an_unverified_address_of_another_account_blocks_nobody(client: Client, waits_as: str) -> None:
    mallory = make_person("Mallory Mean")
    if waits_as == "change":
        address_changes.ask(user=mallory, email=VICTIM)
    else:
        EmailAddressFactory.create(user=mallory, email=VICTIM, verified=False, primary=False)
    sent_emails()
    OutboxMessage.objects.all().delete()

    join(client, VICTIM)
    Client().post(reverse("account_reset_password"), {"email": VICTIM})

    subjects = {mail.subject for mail in sent_emails() if mail.to == VICTIM}
    assert subjects >= {"Confirm your email address for Waymark", "There is no Waymark account with this address"}
    assert not any("Mallory" in mail.text for mail in sent_emails())
    client.post(link_in(next(mail.text for mail in sent_emails() if "Confirm your email" in mail.subject)))
    owner = addresses.owner_of(VICTIM)
    assert owner is not None
    assert owner != mallory
    assert not AddressChange.objects.exists()


def test_a_claim_does_not_change_a_verified_account(cleo: User) -> None:
    claim = addresses.claim(Newcomer(cleo.email.upper(), "Mallory"))

    assert (claim.person, claim.is_new) == (cleo, False)
    assert sign_in(Client(), cleo.email).status_code == 302


def make_older(days: float) -> None:
    """Makes all sign-ups and address changes that many days old."""
    earlier = clock.now() - timedelta(days=days)
    SignUp.objects.update(created_at=earlier)
    AddressChange.objects.update(created_at=earlier)


def test_unconfirmed_sign_ups_and_changes_expire_after_three_days(client: Client, cleo: User) -> None:
    join(client, VICTIM)
    link = newest_link()
    change = address_changes.ask(user=cleo, email="cleo@other.test")
    make_older(days=2.9)
    remove_expired_proofs(clock.now())
    assert SignUp.objects.exists()
    assert address_changes.pending_for(cleo) == change

    make_older(days=3.1)
    assert "no longer works" in client.post(link).content.decode(), "also before the job has run"
    assert address_changes.pending_for(cleo) is None
    remove_expired_proofs(clock.now())

    assert not SignUp.objects.exists()
    assert not AddressChange.objects.exists()
    assert addresses.owner_of(VICTIM) is None
