"""The integrity check of disputes at banks."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta
from decimal import Decimal

from django.db.models import Exists, OuterRef, Q, Sum

from payments.disputes.models import PaymentDispute
from payments.disputes.posting import outcomes_of
from payments.disputes.states import DisputeStatus
from payments.models import LedgerEntry, Payment
from payments.states import Status

LONGEST_SUBMISSION = timedelta(days=1)


def _last_word(dispute: PaymentDispute) -> str | None:
    """Returns the kind of the last entry about how the dispute has ended."""
    return outcomes_of(dispute.provider_id).order_by("-id").values_list("kind", flat=True).first()


def disputes_that_do_not_add_up(now: datetime) -> Iterable[str]:
    """Returns payments whose lost sum or status is not that of their disputes, disputes that were lost and are not in the
    ledger, and evidence that has been on its way to Stripe for a day."""
    disputes = PaymentDispute.objects.filter(payment=OuterRef("pk"))
    payments = Payment.objects.filter(Q(Exists(disputes)) | Q(status=Status.DISPUTED) | ~Q(amount_lost=0))
    lost = Sum("disputes__amount", filter=Q(disputes__status=DisputeStatus.LOST))
    rows = payments.annotate(lost=lost, is_disputed=Exists(disputes.decisive()))
    columns = ("subject_reference", "status", "amount_lost", "lost", "is_disputed")
    for reference, status, counted, total, is_disputed in rows.values_list(*columns):
        if counted != (total or Decimal(0)):
            yield f"{reference}: lost {counted}, and its disputes add up to {total or 0}"
        if is_disputed != (status == Status.DISPUTED):
            yield f"{reference}: {status}, which is not what its disputes say"
    for dispute in PaymentDispute.objects.filter(status=DisputeStatus.LOST).select_related("payment"):
        if _last_word(dispute) != LedgerEntry.Kind.DISPUTE_LOST:
            yield f"{dispute.payment.subject_reference}: {dispute.provider_id} was lost, and the ledger does not have it"
    for dispute in PaymentDispute.objects.filter(status=DisputeStatus.WON).select_related("payment"):
        if _last_word(dispute) == LedgerEntry.Kind.DISPUTE_LOST:
            yield f"{dispute.payment.subject_reference}: {dispute.provider_id} was won, and is lost in the ledger"
    late = PaymentDispute.objects.filter(asked_at__lt=now - LONGEST_SUBMISSION, sent_at=None)
    for dispute in late.select_related("payment"):
        yield f"{dispute.payment.subject_reference}: its evidence has been on its way to Stripe for a day"
