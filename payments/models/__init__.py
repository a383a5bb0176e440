"""The ledger, payments, and what builders are paid."""

from payments.credits.models import CreditGrant
from payments.disputes.models import DisputeEvidence, DisputeFile, PaymentDispute
from payments.invoices.models import BuyerProfile, Invoice, InvoiceSeries, SellerProfile, TaxKind, TaxRate
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
    "BuyerProfile",
    "Checkout",
    "Correction",
    "CreditGrant",
    "DisputeEvidence",
    "DisputeFile",
    "Invoice",
    "InvoiceSeries",
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
    "SellerProfile",
    "TaxKind",
    "TaxRate",
    "Transfer",
    "TransferQuerySet",
    "TransferReversal",
]
