"""What waits for staff in payments."""

from __future__ import annotations

from datetime import datetime

from django.db.models import QuerySet

from accounts.roles import STAFF, Role
from accounts.staff_pages import list_page, row_page
from core.waiting import WaitingCheck, WaitingRow
from payments.disputes.models import PaymentDispute
from payments.models import ProviderCheck, Refund, Transfer

ADMINS = frozenset({Role.ADMIN})


def bank_disputes(now: datetime) -> QuerySet[PaymentDispute]:
    """Returns the bank disputes that can be answered, by the bank's deadline."""
    return PaymentDispute.objects.answerable().select_related("payment__payee").order_by("evidence_due_at", "id")


def _dispute(row: PaymentDispute) -> WaitingRow:
    text = f"{row.payment.subject_reference}, {row.money.shown()}: {row.reason_in_words}"
    return WaitingRow(text, row_page("payments_paymentdispute", row.pk), row.opened_at, row.evidence_due_at)


def failed_refunds(now: datetime) -> QuerySet[Refund]:
    """Returns the refunds that failed, of which nobody has decided what becomes of them."""
    return Refund.objects.to_try_again().select_related("payment").order_by("created_at", "id")


def _refund(row: Refund) -> WaitingRow:
    text = f"{row.payment.subject_reference}, {row.money.shown()}: {row.problem or 'it failed'}"
    return WaitingRow(text, row_page("payments_payment", row.payment_id), row.created_at)


def failed_payouts(now: datetime) -> QuerySet[Transfer]:
    """Returns the payouts that the provider has refused."""
    refused = Transfer.objects.filter(state=Transfer.State.PAYABLE).exclude(problem="")
    return refused.select_related("payment", "owner").order_by("due_at", "id")


def _payout(row: Transfer) -> WaitingRow:
    text = f"{row.owner.display_name}, {row.share.shown()}: {row.problem}"
    return WaitingRow(text, row_page("payments_transfer", row.pk), row.due_at)


def differences_with_provider(now: datetime) -> QuerySet[ProviderCheck]:
    """Returns what the nightly comparison with the payment provider has found, and wrong settings there."""
    return ProviderCheck.objects.exclude(problem="").order_by("checked_at", "name")


def _difference(row: ProviderCheck) -> WaitingRow:
    return WaitingRow(row.problem, row_page("payments_providercheck", row.pk), row.checked_at)


BANK_DISPUTES = WaitingCheck(
    name="bank_disputes",
    label="Bank disputes to answer",
    icon="shield",
    roles=STAFF,
    action="Answer them",
    url=lambda: list_page("payments_paymentdispute"),
    rows=bank_disputes,
    row=_dispute,
    position=40,
    is_urgent=True,
)
REFUNDS = WaitingCheck(
    name="refunds",
    label="Refunds that failed",
    icon="coins",
    roles=STAFF,
    action="Look at them",
    url=lambda: list_page("payments_refund", "status__exact=failed"),
    rows=failed_refunds,
    row=_refund,
    position=44,
    is_urgent=True,
)
PAYOUTS = WaitingCheck(
    name="payouts",
    label="Payouts that were refused",
    icon="coins",
    roles=ADMINS,  # who alone may pay out by hand
    action="Look at them",
    url=lambda: list_page("payments_transfer", "waits=problem"),
    rows=failed_payouts,
    row=_payout,
    position=46,
    is_urgent=True,
)
RECONCILIATION = WaitingCheck(
    name="reconciliation",
    label="Differences with the payment provider",
    icon="coins",
    roles=ADMINS,
    action="Look at them",
    url=lambda: list_page("payments_providercheck"),
    rows=differences_with_provider,
    row=_difference,
    position=48,
    is_urgent=True,
)
CHECKS = (BANK_DISPUTES, REFUNDS, PAYOUTS, RECONCILIATION)
