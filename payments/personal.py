"""Registers the personal data of this app.

Ledger and payments stay when a person's account is deleted, because the accounts must balance.
"""

from __future__ import annotations

from django.conf import settings
from django.db.models import Q

from core.personal import register_personal
from core.uploads import register_stored_files
from payments.disputes.models import DisputeEvidence, DisputeFile, PaymentDispute
from payments.invoices import retention
from payments.invoices.models import is_buyer
from payments.models import (
    BuyerProfile,
    Checkout,
    Correction,
    CreditGrant,
    Invoice,
    InvoiceSeries,
    LedgerAccount,
    Payment,
    PayoutHold,
    ProviderAccount,
    Receipt,
    Refund,
    SellerProfile,
    Transfer,
    TransferReversal,
)

RECORDS = (
    "Records of payments are kept for as long as the law requires. Once the account is deleted, they do not "
    "contain a name."
)


def register() -> None:
    register_personal(
        LedgerAccount,
        rows=lambda person: LedgerAccount.objects.filter(owner=person),
        fields=("kind", "currency", "created_at"),
        erase=None,
        why=f"{RECORDS} Credit that is left can then no longer be used, so use it up first, or have it refunded.",
    )
    register_personal(
        CreditGrant,
        rows=lambda person: CreditGrant.objects.filter(Q(holder=person) | Q(given_by=person) | Q(builder=person)),
        fields=("title", "sessions", "minutes", "price", "currency", "expires_at", "is_waiting", "created_at"),
        erase=None,
        why=RECORDS,
    )
    register_personal(
        Payment,
        rows=lambda person: Payment.objects.filter(Q(payer=person) | Q(payee=person)),
        fields=(
            "subject_reference", "status", "amount", "currency", "amount_paid", "amount_from_credit", "amount_refunded", "method",
            "created_at", "paid_at", "refunded_at",
        ),
        erase=None,
        why=RECORDS,
    )  # fmt: skip
    register_personal(
        Checkout,
        rows=lambda person: Checkout.objects.filter(Q(payment__payer=person) | Q(payment__payee=person)),
        fields=("state", "amount", "expires_at", "created_at"),
        erase=None,
        why=RECORDS,
    )
    register_personal(
        Receipt,
        rows=lambda person: Receipt.objects.filter(Q(payment__payer=person) | Q(payment__payee=person)),
        fields=("amount", "method", "received_on", "note", "created_at"),
        erase=None,
        why=RECORDS,
    )
    register_personal(
        Correction,
        rows=lambda person: Correction.objects.filter(
            Q(receipt__payment__payer=person) | Q(receipt__payment__payee=person)
        ),
        fields=("reason", "created_at"),
        erase=None,
        why=RECORDS,
    )
    register_personal(
        Refund,
        rows=lambda person: Refund.objects.filter(Q(payment__payer=person) | Q(payment__payee=person)),
        fields=("amount", "reason", "status", "as_credit", "consent", "problem", "given_up_reason", "created_at"),
        erase=None,
        why=RECORDS,
    )
    _register_disputes()
    _register_payouts()
    _register_invoices()


def _register_disputes() -> None:
    """Registers what is kept of a bank's dispute. The client does not get what the builder has told the bank."""
    register_stored_files(lambda person: DisputeFile.objects.filter(added_by=person))
    register_personal(
        PaymentDispute,
        rows=lambda person: PaymentDispute.objects.filter(Q(payment__payer=person) | Q(payment__payee=person)),
        fields=("amount", "currency", "status", "reason", "statement", "opened_at", "closed_at"),
        erase=None,
        why=RECORDS,
        hidden=lambda person, dispute: () if dispute.payment.payee_id == person.pk else ("statement",),
    )
    register_personal(
        DisputeEvidence,
        rows=lambda person: DisputeEvidence.objects.filter(
            Q(dispute__payment__payer=person) | Q(dispute__payment__payee=person)
        ),
        erase=None,
        why="Anything sent to a bank in a dispute is kept as it was sent. It consists of other data in this download.",
    )
    register_personal(
        DisputeFile,
        rows=lambda person: DisputeFile.objects.filter(added_by=person),
        fields=("name", "size", "created_at"),
        erase=None,
        why="Files that a builder has sent to a bank in a dispute are kept as they were sent.",
    )


def _register_payouts() -> None:
    register_personal(
        ProviderAccount,
        rows=lambda person: ProviderAccount.objects.filter(owner=person),
        fields=("country", "status", "requirements", "created_at"),
        erase=None,
        why=RECORDS,
    )
    register_personal(
        PayoutHold,
        rows=lambda person: PayoutHold.objects.filter(Q(payment__payer=person) | Q(payment__payee=person)),
        fields=("reason", "created_at", "released_at"),
        erase=None,
        why=RECORDS,
    )
    register_personal(
        Transfer,
        rows=lambda person: Transfer.objects.filter(owner=person),
        fields=("state", "percent", "amount", "fee", "amount_back", "due_at", "paid_at"),
        erase=None,
        why=RECORDS,
    )
    register_personal(
        TransferReversal,
        rows=lambda person: TransferReversal.objects.filter(transfer__owner=person),
        fields=("amount", "status", "created_at"),
        erase=None,
        why=RECORDS,
    )


def _register_invoices() -> None:
    """Registers invoices, which are kept with the names on them, and what people have entered for the next ones."""
    address = ("name", "street", "more", "postal_code", "city", "country", "vat_number")
    register_personal(
        Invoice,
        rows=lambda person: Invoice.objects.filter(is_buyer(person) | Q(seller=person)),
        fields=("number", "kind", "issued_on", "currency", "net", "tax", "gross", "keep_until", "document"),
        erase=None,
        why=f"Invoices are kept for {settings.INVOICE_RETENTION_YEARS} years as they were written, then deleted.",
    )
    register_personal(
        InvoiceSeries,
        rows=lambda person: InvoiceSeries.objects.filter(owner=person),
        fields=("prefix", "last_number"),
        erase=None,
        why="Numbers of invoices have to follow each other, so the last one that was taken is kept.",
    )
    register_personal(
        BuyerProfile,
        rows=lambda person: BuyerProfile.objects.filter(owner=person),
        fields=address,
        erase="delete",
    )
    register_personal(
        SellerProfile,
        rows=lambda person: SellerProfile.objects.filter(owner=person),
        fields=(*address, "tax_number", "is_small_business", "number_prefix", "agreed_at"),
        erase=retention.delete_unused_seller,
        why="Tax law asks who was paid, so the details of sellers are kept as long as invoices are, if they were paid.",
    )
