"""What staff do with payouts: hold and release one with a reason, and start the night's work early."""

from __future__ import annotations

from io import StringIO
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from accounts.models import User
from core.models import AuditEntry
from payments.models import Transfer
from payments.payouts.holds import frozen_reason
from payments.states import Provider, Status
from sandbox.stripe.service import StripeSandbox
from tests.factories.payments import PaymentFactory
from tests.payments.payouts.cast import (
    check_books,
    in_account,
    onboarded,
    pay_due,
    scheduled,
    signed_in_client,
    transfer_of,
    work,
)

pytestmark = pytest.mark.django_db
ACCOUNTS = "/admin/payments/provideraccount/"


def test_support_holds_and_releases_a_payout_with_a_reason(
    sandbox: StripeSandbox, ada: User, cleo: User, suri: User
) -> None:
    account = onboarded(sandbox, ada)
    payment = scheduled(sandbox, ada, cleo)
    browser, page = signed_in_client(suri), f"/admin/payments/payment/{payment.pk}/hold/"
    assert page in browser.get(f"/admin/payments/payment/{payment.pk}/change/").content.decode()

    assert browser.post(page, {"reason": " ", "wanted": "hold"}).status_code == 422
    for _ in range(2):
        browser.post(page, {"reason": "Two clients have complained.", "wanted": "hold"})
    pay_due()
    assert in_account(sandbox, account) == {}
    assert frozen_reason(payment) == "Waymark’s support is looking into it."
    assert ada.notifications.filter(title__contains="is on hold").count() == 1

    assert "Release the payout" in browser.get(page).content.decode()
    browser.post(page, {"reason": "It was a misunderstanding.", "wanted": "release"})
    pay_due()
    assert in_account(sandbox, account) == {"eur": 6750}
    rows = AuditEntry.objects.filter(action__startswith="payout").order_by("at").values_list("action", "after__reason")
    assert list(rows) == [
        ("payout held", "Two clients have complained."),
        ("payout released", "It was a misunderstanding."),
    ]


def test_what_is_paid_out_cannot_be_held(sandbox: StripeSandbox, ada: User, cleo: User, suri: User) -> None:
    onboarded(sandbox, ada)
    payment = scheduled(sandbox, ada, cleo)
    pay_due()

    signed_in_client(suri).post(f"/admin/payments/payment/{payment.pk}/hold/", {"reason": "Late.", "wanted": "hold"})

    assert not payment.payout_holds.exists()


def test_only_staff_can_hold(sandbox: StripeSandbox, ada: User, cleo: User) -> None:
    payment = scheduled(sandbox, ada, cleo)
    for person in (ada, cleo):
        signed_in_client(person).post(
            f"/admin/payments/payment/{payment.pk}/hold/", {"reason": "Mine.", "wanted": "hold"}
        )
    assert not payment.payout_holds.exists()


def test_the_command_pays_one_builder_and_changes_nothing_twice(
    sandbox: StripeSandbox, ada: User, cleo: User, suri: User
) -> None:
    first, second = onboarded(sandbox, ada), onboarded(sandbox, suri)
    scheduled(sandbox, ada, cleo)
    scheduled(sandbox, suri, cleo)

    for text in (ada.email, str(ada.pk)):
        call_command("pay_builders", builder=text, stdout=StringIO())
    work()

    assert (in_account(sandbox, first), in_account(sandbox, second)) == ({"eur": 6750}, {})
    output = StringIO()
    call_command("pay_builders", stdout=output)
    pay_due()
    assert output.getvalue() == "1 transfer queued\n"
    assert in_account(sandbox, second) == {"eur": 6750}
    assert len(sandbox.books.all("transfer")) == 2
    check_books(sandbox)


def test_the_command_says_what_is_wrong(sandbox: StripeSandbox, ada: User, settings: Any) -> None:
    with pytest.raises(CommandError, match="nobody with the id or email address nobody@example"):
        call_command("pay_builders", builder="nobody@example.test")
    settings.STRIPE_SECRET_KEY = ""
    with pytest.raises(CommandError, match="no key for Stripe"):
        call_command("pay_builders", builder=ada.email)


def test_an_admin_pays_at_once_and_support_does_not(
    sandbox: StripeSandbox, ada: User, cleo: User, suri: User, alex: User
) -> None:
    account = onboarded(sandbox, ada)
    payment = scheduled(sandbox, ada, cleo)
    form = {"action": "pay_now", "_selected_action": [str(account.pk)]}

    signed_in_client(suri).post(ACCOUNTS, form)
    work()
    assert transfer_of(payment).state == Transfer.State.SCHEDULED

    signed_in_client(alex).post(ACCOUNTS, form)
    work()
    assert in_account(sandbox, account) == {"eur": 6750}
    assert AuditEntry.objects.filter(action="payout started", actor=alex).count() == 1


def test_what_is_paid_to_the_platform_cannot_be_held(suri: User) -> None:
    payment = PaymentFactory.create(payee=None, amount_paid=50)

    signed_in_client(suri).post(f"/admin/payments/payment/{payment.pk}/hold/", {"reason": "x", "wanted": "hold"})

    assert not payment.payout_holds.exists()


def test_a_payment_of_which_nothing_can_be_held_offers_no_hold(suri: User, ada: User, cleo: User) -> None:
    payment = PaymentFactory.create(payee=ada, payer=cleo, provider=Provider.STRIPE, status=Status.FAILED)

    page = signed_in_client(suri).get(f"/admin/payments/payment/{payment.pk}/change/").content.decode()

    assert "Hold the payout" not in page
