"""What waits for staff in payments."""

from __future__ import annotations

from datetime import datetime

from accounts.roles import STAFF, Role
from accounts.staff_pages import list_page, row_page
from core.waiting import WaitingCheck, WaitingRow, WaitingRows, rows_of
from payments.disputes.models import PaymentDispute
from payments.models import ProviderCheck, Refund, Transfer

ADMINS = frozenset({Role.ADMIN})


def bank_disputes(now: datetime) -> WaitingRows:
    """Returns the bank disputes that can be answered, by the bank's deadline. One query."""
    rows = PaymentDispute.objects.answerable().select_related("payment__payee").order_by("evidence_due_at", "id")
    return rows_of(rows, _dispute)


def _dispute(row: PaymentDispute) -> WaitingRow:
    text = f"{row.payment.subject_reference}, {row.money.shown()}: {row.reason_in_words}"
    return WaitingRow(text, row_page("payments_paymentdispute", row.pk), row.opened_at, row.evidence_due_at)


def failed_refunds(now: datetime) -> WaitingRows:
    """Returns the refunds that failed, of which nobody has decided what becomes of them. One query."""
    rows = Refund.objects.to_try_again().select_related("payment").order_by("created_at", "id")
    return rows_of(rows, _refund)


def _refund(row: Refund) -> WaitingRow:
    text = f"{row.payment.subject_reference}, {row.money.shown()}: {row.problem or 'it failed'}"
    return WaitingRow(text, row_page("payments_payment", row.payment_id), row.created_at)


def failed_payouts(now: datetime) -> WaitingRows:
    """Returns the payouts that the provider has refused. One query."""
    refused = Transfer.objects.filter(state=Transfer.State.PAYABLE).exclude(problem="")
    return rows_of(refused.select_related("payment", "owner").order_by("due_at", "id"), _payout)


def _payout(row: Transfer) -> WaitingRow:
    text = f"{row.owner.display_name}, {row.share.shown()}: {row.problem}"
    return WaitingRow(text, row_page("payments_transfer", row.pk), row.due_at)


def differences_with_provider(now: datetime) -> WaitingRows:
    """Returns what the nightly comparison with the payment provider has found, and wrong settings there. One query."""
    return rows_of(ProviderCheck.objects.exclude(problem="").order_by("checked_at", "name"), _difference)


def _difference(row: ProviderCheck) -> WaitingRow:
    return WaitingRow(row.problem, row_page("payments_providercheck", row.pk), row.checked_at)


BANK_DISPUTES = WaitingCheck(
    name="bank_disputes",
    label="Bank disputes to answer",
    icon="shield",
    roles=STAFF,
    action="Answer them",
    url=lambda: list_page("payments_paymentdispute"),
    read=bank_disputes,
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
    read=failed_refunds,
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
    read=failed_payouts,
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
    read=differences_with_provider,
    position=48,
    is_urgent=True,
)
CHECKS = (BANK_DISPUTES, REFUNDS, PAYOUTS, RECONCILIATION)
