"""The ledger, payments, and what builders are paid."""

from payments.credits.models import CreditGrant
from payments.disputes.models import DisputeEvidence, DisputeFile, PaymentDispute
from payments.models.payments import (
    Checkout,
    Correction,
    LedgerAccount,
    LedgerClosing,
    LedgerEntry,
    LedgerLeg,
    Payment,
    PaymentQuerySet,
    ProviderTransaction,
    Receipt,
    Refund,
    RefundQuerySet,
)
from payments.models.payouts import (
    PayoutHold,
    ProviderAccount,
    ProviderCheck,
    Transfer,
    TransferQuerySet,
    TransferReversal,
)

__all__ = [
    "Checkout",
    "Correction",
    "CreditGrant",
    "DisputeEvidence",
    "DisputeFile",
    "LedgerAccount",
    "LedgerClosing",
    "LedgerEntry",
    "LedgerLeg",
    "Payment",
    "PaymentDispute",
    "PaymentQuerySet",
    "PayoutHold",
    "ProviderAccount",
    "ProviderCheck",
    "ProviderTransaction",
    "Receipt",
    "Refund",
    "RefundQuerySet",
    "Transfer",
    "TransferQuerySet",
    "TransferReversal",
]
