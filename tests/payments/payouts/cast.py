"""What the tests of payouts have in common: builders with an account, and payments whose transfers are due."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal

from django.test import Client

from accounts.models import User
from core import clock, outbox
from core.registry import integrity_findings
from payments import ledger
from payments.models import LedgerAccount, Payment, ProviderAccount, Transfer
from payments.payouts import accounts, releasing
from payments.payouts.scheduling import PayoutPlan, schedule
from payments.stripe.amounts import from_stripe_units
from payments.stripe.balance import read_balance
from sandbox.stripe.service import StripeSandbox
from tests.payments.stripe.captured import captured

CHECKS = ("payments", "payouts", "ledger", "stripe")
Kind = LedgerAccount.Kind


def onboarded(sandbox: StripeSandbox, person: User, country: str = "DE") -> ProviderAccount:
    """Returns the person's account at Stripe with all its details."""
    accounts.start_onboarding(
        person=person, country=country, return_url="http://testserver/", refresh_url="http://testserver/"
    )
    account = ProviderAccount.objects.get(owner=person)
    with sandbox.books.lock:
        sandbox.accounts.complete(account.provider_id)
    accounts.check(account)
    account.refresh_from_db()
    return account


def scheduled(
    sandbox: StripeSandbox, builder: User, client: User, amount: str = "75.00", currency: str = "EUR",
    partners: dict[User, int] | None = None,
) -> Payment:  # fmt: skip
    """Returns a payment that was taken for something that was over four days ago, with its transfers."""
    payment = captured(sandbox, builder, client, amount, currency)
    others = [(partner.pk, Decimal(percent)) for partner, percent in (partners or {}).items()]
    own = Decimal(100) - sum(percent for _, percent in others)
    schedule([PayoutPlan(payment.pk, clock.now() - timedelta(days=4), [(builder.pk, own), *others])])
    payment.refresh_from_db()
    return payment


def pay_due() -> None:
    """Does what happens each night, and what the outbox does then."""
    releasing.pay_due(clock.now())
    work()


def work() -> None:
    for channel in ("webhook", "refund", "transfer", "reversal"):
        outbox.deliver_due(channel)


def transfer_of(payment: Payment, owner: User | None = None) -> Transfer:
    return payment.transfers.get(owner=owner or payment.payee, number=1)


def in_account(sandbox: StripeSandbox, account: ProviderAccount) -> dict[str, int]:
    """Returns what the account has at the stand-in, in Stripe's units."""
    balance: dict[str, int] = sandbox.books.objects[account.provider_id]["sandbox"]["balance"]
    return {currency: amount for currency, amount in balance.items() if amount}


def balance(person: User, kind: Kind, currency: str = "EUR") -> Decimal:
    """Returns what is credited to the person's account in the ledger, or debited for sums paid out and debts."""
    money = ledger.balances(person.pk).get(kind, {}).get(currency)
    sign = 1 if kind in (Kind.PAID_OUT, Kind.DEBT) else -1
    return money.amount * sign if money else Decimal(0)


def check_books(sandbox: StripeSandbox) -> None:
    """Compares the ledger with the books of the stand-in, and runs the checks that `audit_integrity` runs."""
    read_balance()
    posted = ledger.balances(None).get(Kind.PROVIDER, {})
    units = sandbox.books.balance()
    books = {currency.upper(): from_stripe_units(amount, currency) for currency, amount in units.items() if amount}
    assert {currency: money for currency, money in posted.items() if money.amount} == books
    assert [row for row in integrity_findings(clock.now()) if row.check.startswith(CHECKS)] == []


def signed_in_client(person: User) -> Client:
    browser = Client()
    browser.force_login(person)
    return browser
