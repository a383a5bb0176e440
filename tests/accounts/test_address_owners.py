"""Whoever proves an address owns its account. The five kinds of account pre-hijacking of Sudhodanan and Paverd
("Pre-hijacked accounts", 2022) give the attacker nothing."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from allauth.account.models import EmailAddress
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
from tests.accounts.test_sign_in import join, letters, link_in, sign_in
from tests.cast import make_person

pytestmark = pytest.mark.django_db
VICTIM = "victim@people.test"
OWN = "the-owners-own-phrase"
JOINED = "a-long-enough-phrase"  # what `join` types


def newest_link() -> str:
    return link_in(letters()[0].text)


def confirm_elsewhere(link: str, password: str = OWN) -> Client:
    """The owner of the mailbox opens the link in their own browser and chooses a password."""
    browser = Client()
    browser.post(link, {"display_name": "Vera Victim", "password1": password})
    return browser


def is_signed_in(browser: Client) -> bool:
    return browser.get(reverse("accounts:settings")).status_code == 200


def unproven(email: str = VICTIM, password: str = "mallorys-own-phrase") -> User:
    """An account that was made with an address and without its proof."""
    return User.objects.create_user(email, password, display_name="Mallory")


def test_a_password_from_another_browser_is_void() -> None:
    """Classic: the attacker joins first, with the victim's address."""
    attacker = Client()
    join(attacker, VICTIM)

    owner = confirm_elsewhere(newest_link())

    assert is_signed_in(owner)
    assert sign_in(Client(), VICTIM, JOINED).status_code == 200, "the attacker's password"
    assert sign_in(Client(), VICTIM, OWN).status_code == 302
    assert not is_signed_in(attacker)


def test_another_browser_has_to_choose_a_password() -> None:
    """Mail scanners open links and press buttons; they type nothing."""
    join(Client(), VICTIM)
    link = newest_link()

    scanner = Client()
    assert "choose the password" in scanner.get(link).content.decode()
    assert scanner.post(link).status_code == 422

    assert not User.objects.exists()
    assert SignUp.objects.exists(), "the link still works for the owner"


def test_a_scanner_opens_nothing_in_the_browser_that_joined(client: Client) -> None:
    join(client, VICTIM)
    link = newest_link()
    Client().get(link)
    Client().post(link)

    client.post(link)

    assert sign_in(Client(), VICTIM, JOINED).status_code == 302


def test_a_session_from_before_the_proof_ends() -> None:
    """Unexpired session, at a claim: the account is older than the proof."""
    attacker = Client()
    attacker.force_login(unproven())
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
    letter = next(letter for letter in letters() if letter.to == cleo.email)
    form_address = owner.get(link_in(letter.text)).headers["Location"]

    owner.post(form_address, {"password1": OWN, "password2": OWN})

    assert not is_signed_in(attacker)
    assert not AddressChange.objects.exists()


def test_an_address_that_the_attacker_added_is_no_second_way_in() -> None:
    """Trojan identifier: the account of the victim's address has a proven address of the attacker's, too."""
    account = unproven()
    EmailAddress.objects.create(user=account, email="mallory@evil.test", verified=True, primary=True)
    join(Client(), VICTIM)

    confirm_elsewhere(newest_link())

    owner = addresses.owner_of(VICTIM)
    assert owner is not None
    assert owner != account
    account.refresh_from_db()
    assert account.email == "mallory@evil.test"


def test_a_change_that_waits_for_its_proof_ends_with_the_claim() -> None:
    """Unexpired change of address: the attacker keeps the link of a change to their own address."""
    account = unproven()
    attacker = Client()
    attacker.force_login(account)
    change = address_changes.ask(user=account, email="mallory@evil.test")
    link = address_changes.url_of(change)
    join(Client(), VICTIM)

    confirm_elsewhere(link_in(next(letter.text for letter in letters() if letter.to == VICTIM)))
    attacker.post(link)

    assert User.objects.get(pk=account.pk).email == VICTIM
    assert addresses.owner_of("mallory@evil.test") is None
    assert not AddressChange.objects.exists()


def test_an_account_made_another_way_opens_to_nobody_before_the_proof(settings: Any) -> None:
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


def test_a_reset_does_not_open_an_account_without_proof() -> None:
    unproven()

    Client().post(reverse("account_reset_password"), {"email": VICTIM})

    (letter,) = letters()
    assert letter.subject == "Nobody at Waymark has this address"
    assert "Mallory" not in letter.text


@pytest.mark.parametrize("waits_as", ["change", "older row"])
def test_an_address_that_somebody_added_blocks_nobody(client: Client, waits_as: str) -> None:
    mallory = make_person("Mallory Mean")
    if waits_as == "change":
        address_changes.ask(user=mallory, email=VICTIM)
    else:
        EmailAddress.objects.create(user=mallory, email=VICTIM, verified=False)
    letters()
    OutboxMessage.objects.all().delete()

    join(client, VICTIM)
    Client().post(reverse("account_reset_password"), {"email": VICTIM})

    subjects = {letter.subject for letter in letters() if letter.to == VICTIM}
    assert subjects >= {"Confirm your email address for Waymark", "Nobody at Waymark has this address"}
    assert not any("Mallory" in letter.text for letter in letters())
    client.post(link_in(next(letter.text for letter in letters() if "Confirm your email" in letter.subject)))
    owner = addresses.owner_of(VICTIM)
    assert owner is not None
    assert owner != mallory
    assert not AddressChange.objects.exists()


def test_a_claim_leaves_a_proven_account_alone(cleo: User) -> None:
    claim = addresses.claim(Newcomer(cleo.email.upper(), "Mallory"))

    assert (claim.person, claim.is_new) == (cleo, False)
    assert sign_in(Client(), cleo.email).status_code == 302


def age(days: float) -> None:
    earlier = clock.now() - timedelta(days=days)
    SignUp.objects.update(created_at=earlier)
    AddressChange.objects.update(created_at=earlier)


def test_what_nobody_confirms_expires_after_three_days(client: Client, cleo: User) -> None:
    join(client, VICTIM)
    link = newest_link()
    change = address_changes.ask(user=cleo, email="cleo@other.test")
    age(days=2.9)
    remove_expired_proofs(clock.now())
    assert SignUp.objects.exists()
    assert address_changes.pending_for(cleo) == change

    age(days=3.1)
    assert "no longer works" in client.post(link).content.decode(), "also before the job has run"
    assert address_changes.pending_for(cleo) is None
    remove_expired_proofs(clock.now())

    assert not SignUp.objects.exists()
    assert not AddressChange.objects.exists()
    assert addresses.owner_of(VICTIM) is None
