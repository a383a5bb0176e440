"""The page on which builders set up their account and see what they are paid; and who may open it."""

from __future__ import annotations

import re
from typing import Any

import pytest
from django.test import Client

from accounts.models import User
from accounts.roles import Role
from accounts.services import revoke
from core import http
from payments.models import LedgerAccount, ProviderAccount, Transfer
from payments.payouts import accounts
from sandbox.stripe.service import StripeSandbox
from tests.payments.payouts.cast import (
    balance,
    in_account,
    onboarded,
    pay_due,
    scheduled,
    signed_in_client,
    transfer_of,
    work,
)
from tests.payments.stripe.cast import deliver

pytestmark = pytest.mark.django_db
PAGE = "/dashboard/payouts/"
FORM = {"Content-Type": "application/x-www-form-urlencoded"}


def text_of(client: Client, address: str = PAGE) -> str:
    return re.sub(r"\s+", " ", client.get(address).content.decode())


def enter(address: str, answer: str) -> None:
    """Answers on the page of the provider, as a browser does."""
    http.request("POST", address, headers=FORM, body=f"answer={answer}".encode(), seconds=10, most_bytes=100_000)


def test_a_builder_sets_up_their_account(sandbox: StripeSandbox, adas: Client, ada: User) -> None:
    assert "Set up your payout account" in text_of(adas)

    adas.post(f"{PAGE}set-up/", {"country": "DE"})
    page = text_of(adas)
    link = re.search(r'href="([^"]+)"[^>]*>Continue to Stripe', page)
    assert link is not None
    assert "Your bank account" in page
    enter(link[1], "part")

    back = text_of(adas, f"{PAGE}?account=returned")
    assert "You are back from Stripe" in back
    assert "data-submit-on-load" in back, "the page asks Stripe by itself"
    assert ProviderAccount.objects.get().status == ProviderAccount.Status.INCOMPLETE  # looking changes nothing
    adas.post(f"{PAGE}check/")
    page = text_of(adas)
    assert "data-submit-on-load" not in page, "it would ask again and again"
    assert "Your bank account" in page
    assert "Your date of birth" not in page
    adas.post(f"{PAGE}set-up/")
    again = re.search(r'href="([^"]+)"[^>]*>Continue to Stripe', text_of(adas))
    assert again is not None
    enter(again[1], "all")
    adas.post(f"{PAGE}check/")
    assert "sent to your account at Stripe every night" in text_of(adas)
    assert len(sandbox.books.all("v2.core.account")) == 1


@pytest.mark.parametrize("country", ["", "XX"])
def test_a_country_has_to_be_chosen(sandbox: StripeSandbox, adas: Client, country: str) -> None:
    answer = adas.post(f"{PAGE}set-up/", {"country": country})
    assert answer.status_code == 422
    assert ProviderAccount.objects.count() == 0


def test_a_provider_that_does_not_answer_is_told(sandbox: StripeSandbox, adas: Client, ada: User) -> None:
    sandbox.set_fault("500")
    answer = adas.post(f"{PAGE}set-up/", {"country": "DE"})
    assert answer.status_code == 422
    assert "is not answering at the moment" in answer.content.decode()

    sandbox.set_fault("none")
    adas.post(f"{PAGE}set-up/", {"country": "DE"})
    assert "Continue to Stripe" in text_of(adas)


def test_a_builder_with_another_name_can_try_again(sandbox: StripeSandbox, adas: Client, ada: User) -> None:
    sandbox.set_fault("broken once")  # Stripe has created the account, and its answer is lost
    adas.post(f"{PAGE}set-up/", {"country": "DE"})
    ada.display_name = "Ada Moreno-Ruiz"
    ada.save()

    adas.post(f"{PAGE}set-up/", {"country": "DE"})

    assert "Continue to Stripe" in text_of(adas)


def test_thin_events_bring_the_account_up_to_date(sandbox: StripeSandbox, ada: User) -> None:
    accounts.start_onboarding(person=ada, country="DE", return_url="http://x/", refresh_url="http://x/")
    account = ProviderAccount.objects.get()
    with sandbox.books.lock:
        sandbox.accounts.complete(account.provider_id)

    for event in sandbox.books.all("v2.core.event"):
        deliver({name: value for name, value in event.items() if name != "sandbox"}, times=2)

    account.refresh_from_db()
    assert account.is_ready


def test_balances_payouts_and_statement(sandbox: StripeSandbox, adas: Client, ada: User, cleo: User) -> None:
    onboarded(sandbox, ada)
    paid = scheduled(sandbox, ada, cleo, "100.00")
    pay_due()
    waiting = scheduled(sandbox, ada, cleo, "20.00")

    page = text_of(adas)
    assert re.search(r"<dt>Held</dt> <dd>€20\.00</dd>", page)
    assert re.search(r"<dt>Paid out</dt> <dd>€90\.00</dd>", page)
    statement = text_of(adas, f"{PAGE}{transfer_of(paid).pk}/")
    assert "€100.00" in statement
    assert "€10.00" in statement
    assert "€90.00" in statement
    rows = adas.get(f"{PAGE}payouts.csv").content.decode("utf-8-sig").splitlines()
    assert len(rows) == 3
    assert any("EUR,100.00,10.00,90.00" in row for row in rows)
    answer = adas.get("/api/payments/balance").json()
    assert answer["balances"] == [
        {"currency": "EUR", "held": "20.00", "payable": "0.00", "paidOut": "90.00", "debt": "0.00"}
    ]
    listed = adas.get("/api/payouts").json()["payouts"]
    assert {(row["status"], row["amount"], row["paymentId"]) for row in listed} == {
        ("paid", "90.00", str(paid.pk)),
        ("scheduled", None, str(waiting.pk)),
    }


def test_the_list_takes_the_same_queries_for_many(
    sandbox: StripeSandbox, adas: Client, ada: User, cleo: User, django_assert_max_num_queries: Any
) -> None:
    scheduled(sandbox, ada, cleo)
    adas.get(PAGE)
    with django_assert_max_num_queries(14):
        adas.get(PAGE)
    for _ in range(4):
        scheduled(sandbox, ada, cleo)
    with django_assert_max_num_queries(14):
        adas.get(PAGE)


def test_the_statement_of_another_builder_does_not_exist(
    sandbox: StripeSandbox, ada: User, suri: User, cleo: User, adas: Client
) -> None:
    transfer = transfer_of(scheduled(sandbox, ada, cleo))
    other = Transfer.objects.get(pk=transfer.pk)
    assert adas.get(f"{PAGE}{other.pk}/").status_code == 200
    assert signed_in_client(cleo).get(f"{PAGE}{other.pk}/").status_code == 403
    assert signed_in_client(suri).get(f"{PAGE}{other.pk}/").status_code in (403, 404)


def test_a_former_builder_is_still_paid(sandbox: StripeSandbox, ada: User, cleo: User, alex: User) -> None:
    payment = scheduled(sandbox, ada, cleo)
    revoke(user=ada, role=Role.BUILDER, by=alex, reason="Left.")
    ada = User.objects.get(pk=ada.pk)
    assert "Held" in text_of(signed_in_client(ada))

    account = onboarded(sandbox, ada)
    pay_due()

    assert in_account(sandbox, account) == {"eur": 6750}
    assert balance(ada, LedgerAccount.Kind.CLIENT_FUNDS) == 0
    assert transfer_of(payment).state == Transfer.State.PAID


def test_what_is_owed_to_a_former_builder_is_in_the_admin(
    sandbox: StripeSandbox, ada: User, cleo: User, alex: User
) -> None:
    scheduled(sandbox, ada, cleo)
    pay_due()
    work()
    revoke(user=ada, role=Role.BUILDER, by=alex, reason="Left.")

    admin = signed_in_client(alex)
    assert "Ada Moreno" in admin.get("/admin/payments/transfer/?waits=former").content.decode()
    assert "Ada Moreno" in admin.get("/admin/payments/transfer/?waits=account").content.decode()
    assert "0 transfers" in admin.get("/admin/payments/transfer/?waits=problem").content.decode()


def test_without_the_flag_the_page_is_gone_and_builders_are_paid(
    sandbox: StripeSandbox, adas: Client, ada: User, cleo: User, settings: Any
) -> None:
    settings.USE_PAYMENTS = False
    account = onboarded(sandbox, ada)
    scheduled(sandbox, ada, cleo)
    pay_due()

    assert adas.get(PAGE).status_code == 404
    assert adas.get("/api/payments/balance").status_code == 404
    assert in_account(sandbox, account) == {"eur": 6750}
