"""Changing the email address of an account: a signed-in person requests it and confirms it."""

from __future__ import annotations

from collections.abc import Callable
from urllib.parse import quote

import pytest
from django.test import Client
from django.urls import reverse

from accounts.addresses import changes as address_changes
from accounts.addresses import services as addresses
from accounts.models import AddressChange, User
from core.models import AuditEntry
from tests.accounts.pages import join, link_in, sent_emails, sign_in
from tests.cast import make_person

pytestmark = pytest.mark.django_db
Confirmed = Callable[[User], Client]
NEW = "cleo@other.test"


def request_change(client: Client, email: str = NEW) -> str:
    """Requests another address; returns the link in the mail to it, or an empty string if the mail has none."""
    client.post(reverse("account_email"), {"action_add": "", "email": email})
    mail = next(mail for mail in sent_emails() if mail.to == email)
    return link_in(mail.text) if "http" in mail.text else ""


def test_a_confirmed_address_replaces_the_old_one(confirmed: Confirmed, cleo: User) -> None:
    client, former = confirmed(cleo), cleo.email
    link = request_change(client)
    assert NEW in client.get(reverse("account_email")).content.decode()
    client.get(link)
    cleo.refresh_from_db()
    assert cleo.email == former, "opening the link changes nothing"

    client.post(link)

    assert sign_in(Client(), NEW).status_code == 302
    assert sign_in(Client(), former).status_code == 200
    assert addresses.owner_of(former) is None
    (notice,) = [mail for mail in sent_emails() if mail.to == former]
    assert notice.subject == f"Your address was changed from {former} to {NEW}"
    assert AuditEntry.objects.filter(action="email address changed", actor=cleo).exists()


def test_the_mail_to_the_new_address_does_not_name_the_person(confirmed: Confirmed, cleo: User) -> None:
    request_change(confirmed(cleo))

    assert "Cleo" not in sent_emails()[0].text + sent_emails()[0].html


def test_the_link_asks_an_anonymous_visitor_to_sign_in(confirmed: Confirmed, cleo: User) -> None:
    link = request_change(confirmed(cleo))

    answer = Client().post(link, headers={"Referer": f"http://testserver{link}"})

    assert answer["Location"] == f"{reverse('account_login')}?next={quote(link)}"
    assert AddressChange.objects.exists()


def test_another_person_cannot_confirm_the_change(confirmed: Confirmed, cleo: User) -> None:
    """Otherwise the owner of an address could give it to a stranger's account by one click."""
    link = request_change(confirmed(cleo))
    sam = make_person("Sam Lee")

    page = confirmed(sam).post(link)

    assert "This link no longer works" in page.content.decode()
    assert addresses.owner_of(NEW) is None


def test_a_verified_address_cannot_be_taken_by_another_account(confirmed: Confirmed, cleo: User, ada: User) -> None:
    client = confirmed(cleo)

    assert request_change(client, ada.email) == "", "its owner gets a mail without a link"

    assert sent_emails()[0].subject == "Your address stays with your account"
    change = AddressChange.objects.get()
    assert address_changes.confirm(change=change) is None
    assert addresses.owner_of(ada.email) == ada


def test_an_unverified_address_of_another_account_can_be_taken(confirmed: Confirmed, cleo: User) -> None:
    squatter = User.objects.create_user(NEW, "mallorys-own-phrase", display_name="Mallory")
    client = confirmed(cleo)

    client.post(request_change(client))

    assert addresses.owner_of(NEW) == cleo
    squatter.refresh_from_db()
    assert squatter.email.endswith("@unproven.invalid")


def test_another_request_ends_the_earlier_link(confirmed: Confirmed, cleo: User) -> None:
    client = confirmed(cleo)
    first = request_change(client)
    request_change(client, "cleo@third.test")

    client.post(first)

    assert addresses.owner_of(NEW) is None


def test_a_cancelled_change_cannot_be_confirmed(confirmed: Confirmed, cleo: User) -> None:
    client = confirmed(cleo)
    link = request_change(client)
    client.post(reverse("account_email"), {"action_remove": ""})

    client.post(link)

    assert addresses.owner_of(NEW) is None
    assert NEW not in client.get(reverse("account_email")).content.decode()


def test_the_link_can_be_sent_again(confirmed: Confirmed, cleo: User) -> None:
    client = confirmed(cleo)
    request_change(client)

    client.post(reverse("account_email"), {"action_send": ""})

    assert len([mail for mail in sent_emails() if mail.to == NEW]) == 2


@pytest.mark.parametrize(
    ("email", "words"),
    [("cleo.park@people.test", "already"), ("nobody", "valid email"), ("", "Enter the new address.")],
)
def test_invalid_addresses_are_refused(confirmed: Confirmed, cleo: User, email: str, words: str) -> None:
    page = confirmed(cleo).post(reverse("account_email"), {"action_add": "", "email": email})

    assert page.status_code == 422
    assert words in page.content.decode()
    assert not AddressChange.objects.exists()


def test_the_first_to_verify_an_address_gets_it(confirmed: Confirmed, cleo: User, client: Client) -> None:
    cleos = confirmed(cleo)
    link = request_change(cleos)
    join(client, NEW)
    client.post(link_in(sent_emails()[0].text))

    cleos.post(link)

    owner = addresses.owner_of(NEW)
    assert owner is not None
    assert owner != cleo


def test_a_reset_ends_a_change_that_waits(confirmed: Confirmed, cleo: User) -> None:
    """Whoever knew the old password may have asked for it."""
    link = request_change(confirmed(cleo))
    Client().post(reverse("account_reset_password"), {"email": cleo.email})
    reset = link_in(next(email.text for email in sent_emails() if email.to == cleo.email))
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
