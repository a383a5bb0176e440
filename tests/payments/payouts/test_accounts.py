"""A builder's account: an older answer of the provider never replaces a newer one, and a closed account can be replaced."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from django.test import Client

from accounts.models import User
from core import clock
from core.models import AuditEntry
from payments.models import ProviderAccount
from payments.payouts import accounts
from payments.stripe import accounts as remote_accounts
from sandbox.stripe.service import StripeSandbox
from tests.payments.payouts.cast import check_books, in_account, onboarded, pay_due, scheduled
from tests.payments.stripe.cast import deliver

pytestmark = pytest.mark.django_db
PAGE = "/dashboard/payouts/"
Status = ProviderAccount.Status


def closed(sandbox: StripeSandbox, account: ProviderAccount) -> None:
    with sandbox.books.lock:
        sandbox.accounts.close(account.provider_id)
    accounts.check(account)


def test_an_answer_that_was_asked_for_earlier_changes_nothing(sandbox: StripeSandbox, ada: User) -> None:
    account = onboarded(sandbox, ada)
    older = remote_accounts.RemoteAccount(account.provider_id, remote_accounts.AccountState.INCOMPLETE, ("address",))

    assert not accounts.save(account, older, clock.now() - timedelta(minutes=1))

    account.refresh_from_db()
    assert (account.status, account.requirements) == (Status.READY, [])
    assert not ada.notifications.filter(title__contains="needs attention").exists()


def test_an_answer_that_was_overtaken_is_asked_for_once_more(sandbox: StripeSandbox, ada: User) -> None:
    account = onboarded(sandbox, ada)
    ProviderAccount.objects.update(checked_at=clock.now() + timedelta(milliseconds=5), status=Status.INCOMPLETE)

    accounts.check(account)

    account.refresh_from_db()
    assert account.status == Status.READY


def test_a_closed_account_is_replaced(sandbox: StripeSandbox, adas: Client, ada: User, cleo: User) -> None:
    former = onboarded(sandbox, ada)
    closed(sandbox, former)
    scheduled(sandbox, ada, cleo)
    pay_due()
    assert "Set up another payout account" in adas.get(PAGE).content.decode()

    assert adas.post(f"{PAGE}set-up/").status_code == 422  # the country can be another one now
    adas.post(f"{PAGE}set-up/", {"country": "AT"})
    account = ProviderAccount.objects.get()
    assert (account.former_ids, account.country) == ([former.provider_id], "AT")
    assert account.provider_id not in ("", former.provider_id)
    assert re.search(r"Continue to Stripe", adas.get(PAGE).content.decode())
    with sandbox.books.lock:
        sandbox.accounts.complete(account.provider_id)
    accounts.check(account)
    pay_due()

    assert in_account(sandbox, former) == {}
    assert in_account(sandbox, account) == {"eur": 6750}
    assert AuditEntry.objects.filter(action="payout account replaced").count() == 1
    check_books(sandbox)


def test_events_about_the_closed_account_do_not_touch_the_new_one(
    sandbox: StripeSandbox, adas: Client, ada: User
) -> None:
    closed(sandbox, onboarded(sandbox, ada))
    adas.post(f"{PAGE}set-up/", {"country": "DE"})

    for event in sandbox.books.all("v2.core.event"):
        deliver({name: value for name, value in event.items() if name != "sandbox"})

    assert ProviderAccount.objects.get().status == Status.INCOMPLETE


def test_an_account_that_is_open_is_kept(sandbox: StripeSandbox, adas: Client, ada: User) -> None:
    account = onboarded(sandbox, ada)
    adas.post(f"{PAGE}set-up/", {"country": "AT"})

    account.refresh_from_db()
    assert (account.country, account.former_ids) == ("DE", [])


def test_one_run_reads_only_accounts_that_are_not_ready_those_read_longest_ago_first(
    sandbox: StripeSandbox, ada: User, suri: User, cleo: User
) -> None:
    ready, first, second = (onboarded(sandbox, person) for person in (ada, suri, cleo))
    at = clock.now() - timedelta(hours=3)
    for account, hours in ((ready, 0), (first, 1), (second, 2)):
        ProviderAccount.objects.filter(pk=account.pk).update(checked_at=at + timedelta(hours=hours))
    ProviderAccount.objects.exclude(pk=ready.pk).update(status=Status.CHECKING)

    accounts.refresh_unready(limit=1)

    states = {account.pk: account.status for account in ProviderAccount.objects.all()}
    assert states == {ready.pk: "ready", first.pk: "ready", second.pk: "checking"}
    assert ProviderAccount.objects.get(pk=ready.pk).checked_at == at
