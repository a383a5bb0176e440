"""The ledger, payments, and what builders are paid."""

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
    "LedgerAccount",
    "LedgerClosing",
    "LedgerEntry",
    "LedgerLeg",
    "Payment",
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
