"""Another email address for an account: asked for when signed in, confirmed by the same person."""

from __future__ import annotations

from collections.abc import Callable
from urllib.parse import quote

import pytest
from django.test import Client
from django.urls import reverse

from accounts import address_changes, addresses
from accounts.models import AddressChange, User
from core.models import AuditEntry
from tests.accounts.test_sign_in import join, letters, link_in, sign_in
from tests.cast import make_person

pytestmark = pytest.mark.django_db
Confirmed = Callable[[User], Client]
NEW = "cleo@other.test"


def ask(client: Client, email: str = NEW) -> str:
    """Asks for another address; returns the link in the mail to it, or nothing."""
    client.post(reverse("account_email"), {"action_add": "", "email": email})
    letter = next(letter for letter in letters() if letter.to == email)
    return link_in(letter.text) if "http" in letter.text else ""


def test_a_new_address_takes_the_place_of_the_old_one(confirmed: Confirmed, cleo: User) -> None:
    client, former = confirmed(cleo), cleo.email
    link = ask(client)
    assert NEW in client.get(reverse("account_email")).content.decode()
    client.get(link)
    cleo.refresh_from_db()
    assert cleo.email == former, "opening the link changes nothing"

    client.post(link)

    assert sign_in(Client(), NEW).status_code == 302
    assert sign_in(Client(), former).status_code == 200
    assert addresses.owner_of(former) is None
    (told,) = [letter for letter in letters() if letter.to == former]
    assert told.subject == f"Your address was changed from {former} to {NEW}"
    assert AuditEntry.objects.filter(action="email address changed", actor=cleo).exists()


def test_the_mail_to_the_new_address_names_nobody(confirmed: Confirmed, cleo: User) -> None:
    ask(confirmed(cleo))

    assert "Cleo" not in letters()[0].text + letters()[0].html


def test_a_stranger_with_the_link_signs_in_first(confirmed: Confirmed, cleo: User) -> None:
    link = ask(confirmed(cleo))

    answer = Client().post(link)

    assert answer["Location"] == f"{reverse('account_login')}?next={quote(link)}"
    assert AddressChange.objects.exists()


def test_somebody_elses_link_changes_nothing(confirmed: Confirmed, cleo: User) -> None:
    """Or the owner of an address would join it to the account of whoever asked for it, by one click."""
    link = ask(confirmed(cleo))
    sam = make_person("Sam Lee")

    page = confirmed(sam).post(link)

    assert "This link no longer works" in page.content.decode()
    assert addresses.owner_of(NEW) is None


def test_a_proven_address_is_not_for_others(confirmed: Confirmed, cleo: User, ada: User) -> None:
    client = confirmed(cleo)

    assert ask(client, ada.email) == "", "its owner gets a mail without a link"

    assert letters()[0].subject == "Your address stays with your account"
    change = AddressChange.objects.get()
    assert address_changes.confirm(change=change) is None
    assert addresses.owner_of(ada.email) == ada


def test_an_address_that_an_account_uses_without_proof_is_free(confirmed: Confirmed, cleo: User) -> None:
    squatter = User.objects.create_user(NEW, "mallorys-own-phrase", display_name="Mallory")
    client = confirmed(cleo)

    client.post(ask(client))

    assert addresses.owner_of(NEW) == cleo
    squatter.refresh_from_db()
    assert squatter.email.endswith("@unproven.invalid")


def test_asking_again_ends_the_link_before(confirmed: Confirmed, cleo: User) -> None:
    client = confirmed(cleo)
    first = ask(client)
    ask(client, "cleo@third.test")

    client.post(first)

    assert addresses.owner_of(NEW) is None


def test_keeping_the_old_address(confirmed: Confirmed, cleo: User) -> None:
    client = confirmed(cleo)
    link = ask(client)
    client.post(reverse("account_email"), {"action_remove": ""})

    client.post(link)

    assert addresses.owner_of(NEW) is None
    assert NEW not in client.get(reverse("account_email")).content.decode()


def test_the_mail_is_sent_again(confirmed: Confirmed, cleo: User) -> None:
    client = confirmed(cleo)
    ask(client)

    client.post(reverse("account_email"), {"action_send": ""})

    assert len([letter for letter in letters() if letter.to == NEW]) == 2


@pytest.mark.parametrize(
    ("email", "words"),
    [("cleo.park@people.test", "already"), ("nobody", "valid email"), ("", "Enter the new address.")],
)
def test_what_is_wrong_is_said(confirmed: Confirmed, cleo: User, email: str, words: str) -> None:
    page = confirmed(cleo).post(reverse("account_email"), {"action_add": "", "email": email})

    assert page.status_code == 422
    assert words in page.content.decode()
    assert not AddressChange.objects.exists()


def test_who_proves_the_address_first_has_it(confirmed: Confirmed, cleo: User, client: Client) -> None:
    cleos = confirmed(cleo)
    link = ask(cleos)
    join(client, NEW)
    client.post(link_in(letters()[0].text))

    cleos.post(link)

    owner = addresses.owner_of(NEW)
    assert owner is not None
    assert owner != cleo


def test_a_reset_ends_a_change_that_waits(confirmed: Confirmed, cleo: User) -> None:
    """Whoever knew the old password may have asked for it."""
    link = ask(confirmed(cleo))
    Client().post(reverse("account_reset_password"), {"email": cleo.email})
    reset = link_in(next(letter.text for letter in letters() if letter.to == cleo.email))
    browser = Client()
    browser.post(browser.get(reset)["Location"], dict.fromkeys(["password1", "password2"], "a new and long one"))
    cleo.refresh_from_db()

    page = confirmed(cleo).post(link)

    assert "This link no longer works" in page.content.decode()
    assert addresses.owner_of(cleo.email) == cleo


def test_a_change_that_ended_while_its_page_was_read_changes_nothing(cleo: User) -> None:
    """Between the two, a reset may have ended what let this person in."""
    change = address_changes.ask(user=cleo, email=NEW)
    address_changes.cancel(user=cleo)

    assert address_changes.confirm(change=change) is None
    assert addresses.owner_of(NEW) is None
