"""A refund that has failed keeps its payment from being paid out, until it is tried again or given up."""

from __future__ import annotations

from decimal import Decimal

import pytest

from accounts.models import User
from core.errors import Refused
from core.models import AuditEntry
from payments import refunds
from payments.models import Payment, Refund, Transfer
from payments.payouts.holds import REFUND_FAILED, frozen_reason
from payments.states import RefundStatus
from payments.stripe import refreshing
from sandbox.stripe.service import StripeSandbox
from tests.payments.payouts.cast import check_books, in_account, onboarded, pay_due, scheduled, transfer_of, work

pytestmark = pytest.mark.django_db


def failed_refund(sandbox: StripeSandbox, payment: Payment, by: User, amount: str = "25.00") -> Refund:
    """Returns a refund that the bank has sent back."""
    refund = refunds.refund(payment=payment, amount=Decimal(amount), reason="Cancelled.", by=by)
    work()
    refund.refresh_from_db()
    with sandbox.books.lock:
        sandbox.payments.fail_refund(refund.provider_id)
    refreshing.refresh_payment(payment.intent_id)
    refund.refresh_from_db()
    assert refund.status == RefundStatus.FAILED
    return refund


def test_the_builder_is_not_paid_while_the_client_is_still_owed(sandbox: StripeSandbox, ada: User, cleo: User) -> None:
    account = onboarded(sandbox, ada)
    payment = scheduled(sandbox, ada, cleo)
    failed_refund(sandbox, payment, ada)

    pay_due()

    assert in_account(sandbox, account) == {}
    assert transfer_of(payment).state == Transfer.State.SCHEDULED
    assert frozen_reason(payment) == REFUND_FAILED


def test_after_it_was_tried_again_the_rest_is_paid(sandbox: StripeSandbox, ada: User, cleo: User) -> None:
    account = onboarded(sandbox, ada)
    payment = scheduled(sandbox, ada, cleo)
    refunds.try_again(refund=failed_refund(sandbox, payment, ada), by=ada)
    work()

    pay_due()

    assert in_account(sandbox, account) == {"eur": 4500}
    check_books(sandbox)


def test_after_it_was_given_up_all_is_paid(sandbox: StripeSandbox, ada: User, cleo: User, suri: User) -> None:
    account = onboarded(sandbox, ada)
    payment = scheduled(sandbox, ada, cleo)
    failed = failed_refund(sandbox, payment, ada)

    for _ in range(2):
        refunds.give_up(refund=failed, reason="Paid back by bank transfer.", by=suri)
    pay_due()

    assert in_account(sandbox, account) == {"eur": 6750}
    (entry,) = AuditEntry.objects.filter(action="refund given up")
    assert (entry.actor, entry.after and entry.after["refund"]) == (suri, str(failed.pk))
    with pytest.raises(Refused):
        refunds.try_again(refund=failed, by=ada)
    check_books(sandbox)


def test_giving_up_needs_a_reason_and_a_right(sandbox: StripeSandbox, ada: User, cleo: User) -> None:
    failed = failed_refund(sandbox, scheduled(sandbox, ada, cleo), ada)

    for reason, person in ((" ", ada), ("Mine.", cleo)):
        with pytest.raises(Refused):
            refunds.give_up(refund=failed, reason=reason, by=person)

    failed.refresh_from_db()
    assert failed.given_up_at is None


def test_a_refund_that_has_not_failed_or_was_replaced_cannot_be_given_up(
    sandbox: StripeSandbox, ada: User, cleo: User
) -> None:
    payment = scheduled(sandbox, ada, cleo)
    failed = failed_refund(sandbox, payment, ada)
    again = refunds.try_again(refund=failed, by=ada)

    for refund in (failed, again):
        with pytest.raises(Refused):
            refunds.give_up(refund=refund, reason="Enough.", by=ada)

    assert not Refund.objects.exclude(given_up_at=None).exists()
