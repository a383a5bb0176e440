"""The ledger, payments, what builders are paid, plans and subscriptions."""

from payments.credits.models import CreditGrant
from payments.disputes.models import DisputeEvidence, DisputeFile, PaymentDispute
from payments.invoices.models import BuyerProfile, Invoice, InvoiceSeries, SellerProfile, TaxKind, TaxRate
from payments.models.ledger import LedgerAccount, LedgerClosing, LedgerEntry, LedgerLeg
from payments.models.payments import (
    Checkout,
    Correction,
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
from payments.plans.models import (
    CardPage,
    Plan,
    PlanQuerySet,
    ProviderCustomer,
    SavedCard,
    SavedCardQuerySet,
    Subscription,
    SubscriptionCharge,
    SubscriptionQuerySet,
)

__all__ = [
    "BuyerProfile",
    "CardPage",
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
    "Plan",
    "PlanQuerySet",
    "ProviderAccount",
    "ProviderCheck",
    "ProviderCustomer",
    "ProviderTransaction",
    "Receipt",
    "Refund",
    "RefundQuerySet",
    "SavedCard",
    "SavedCardQuerySet",
    "SellerProfile",
    "Subscription",
    "SubscriptionCharge",
    "SubscriptionQuerySet",
    "TaxKind",
    "TaxRate",
    "Transfer",
    "TransferQuerySet",
    "TransferReversal",
]
