"""Read-only admin of the ledger and of payments."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.db.models import Q, QuerySet
from django.http import HttpRequest
from django.urls import reverse
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from core import audit
from core.admin import ReadOnlyAdmin
from core.big_tables import BigTable
from core.models import AuditEntry
from core.money import from_minor_units
from payments.corrections import correction_of
from payments.credits import admin as credit_admin  # noqa: F401  (registers itself)
from payments.disputes import admin as dispute_admin  # noqa: F401  (registers itself)
from payments.invoices import admin as invoice_admin  # noqa: F401  (registers itself)
from payments.ledger import in_words
from payments.lookups import links_of, matching
from payments.models import (
    Checkout,
    LedgerAccount,
    LedgerEntry,
    LedgerLeg,
    Payment,
    ProviderTransaction,
    Receipt,
    Refund,
)
from payments.payouts.admin import HoldInline, HoldPage, TransferInline, hold_links
from payments.plans import admin as plan_admin  # noqa: F401  (registers itself)
from payments.queries import entries_of, moved
from payments.reports.admin import ReportPages


def _summary_of(values: dict[str, Any] | None) -> str:
    return ", ".join(f"{name} {value}" for name, value in (values or {}).items())


class LegInline(admin.TabularInline[LedgerLeg, LedgerEntry]):
    model = LedgerLeg
    fields = ["account", "owner", "debited", "credited"]
    readonly_fields = ["account", "owner", "debited", "credited"]
    can_delete = False
    extra = 0

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def get_queryset(self, request: HttpRequest) -> QuerySet[LedgerLeg]:
        return super().get_queryset(request).select_related("account__owner")

    @admin.display
    def owner(self, leg: LedgerLeg) -> str:
        return str(leg.account.owner or "Waymark")

    @admin.display(description="debit")
    def debited(self, leg: LedgerLeg) -> str:
        return in_words(leg.debit, leg.account.currency) if leg.debit else ""

    @admin.display(description="credit")
    def credited(self, leg: LedgerLeg) -> str:
        return in_words(leg.credit, leg.account.currency) if leg.credit else ""


@admin.register(LedgerEntry)
class LedgerEntryAdmin(ReportPages, BigTable, ReadOnlyAdmin):
    change_list_template = "admin/payments/ledgerentry/change_list.html"
    list_display = ["reference", "kind", "occurred_at", "provider_id"]
    list_filter = ["kind"]
    search_fields = ["reference", "provider_id"]
    date_hierarchy = "occurred_at"
    inlines = [LegInline]


@admin.register(LedgerAccount)
class LedgerAccountAdmin(ReadOnlyAdmin):
    list_display = ["kind", "owner", "currency", "created_at"]
    list_filter = ["kind", "currency"]
    list_select_related = ["owner"]
    search_fields = ["owner__display_name", "owner__email"]


class ReceiptInline(admin.TabularInline[Receipt, Payment]):
    model = Receipt
    fields = ["amount", "method", "received_on", "note", "recorded_by", "mistake", "created_at"]
    readonly_fields = ["amount", "method", "received_on", "note", "recorded_by", "mistake", "created_at"]
    can_delete = False
    extra = 0

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def get_queryset(self, request: HttpRequest) -> QuerySet[Receipt]:
        return super().get_queryset(request).select_related("recorded_by", "correction")

    @admin.display(description="recorded by mistake")
    def mistake(self, receipt: Receipt) -> str:
        correction = correction_of(receipt)
        return correction.reason if correction else ""


class CheckoutInline(admin.TabularInline[Checkout, Payment]):
    model = Checkout
    fields = ["state", "amount", "is_held", "expires_at", "provider_id", "created_at"]
    readonly_fields = ["state", "amount", "is_held", "expires_at", "provider_id", "created_at"]
    can_delete = False
    extra = 0

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


class RefundInline(admin.TabularInline[Refund, Payment]):
    model = Refund
    fields = ["amount", "status", "reason", "problem", "provider_id", "recorded_by", "created_at"]
    readonly_fields = ["amount", "status", "reason", "problem", "provider_id", "recorded_by", "created_at"]
    show_change_link = True
    can_delete = False
    extra = 0

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def get_queryset(self, request: HttpRequest) -> QuerySet[Refund]:
        return super().get_queryset(request).select_related("recorded_by")


@admin.register(Payment)
class PaymentAdmin(HoldPage):
    list_display = ["subject_reference", "payee", "payer", "status", "sum", "paid", "refunded", "created_at"]
    list_filter = ["status", "provider", "currency"]
    list_select_related = ["payee", "payer"]
    search_fields = [
        "subject_reference", "=intent_id", "=checkouts__provider_id", "=refunds__provider_id", "payee__display_name",
        "payer__display_name", "payer__email",
    ]  # fmt: skip
    search_help_text = (
        "Booking reference, name or email address of the client or guest, name of the builder, or a Stripe id."
    )
    date_hierarchy = "created_at"
    inlines = [CheckoutInline, ReceiptInline, RefundInline, TransferInline, HoldInline]

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[Payment], search_term: str
    ) -> tuple[QuerySet[Payment], bool]:
        """Finds payments of guests too, whom only the app of the subject knows."""
        rows, may_repeat = super().get_search_results(request, queryset, search_term)
        term = search_term.strip()
        return (queryset.filter(Q(pk__in=rows.values("pk")) | matching(term)) if term else rows), may_repeat

    @admin.display
    def sum(self, payment: Payment) -> str:
        return payment.money(payment.amount).shown()

    @admin.display
    def paid(self, payment: Payment) -> str:
        return payment.money(payment.amount_paid).shown()

    @admin.display
    def refunded(self, payment: Payment) -> str:
        return payment.money(payment.amount_refunded).shown()

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> list[str]:
        return ["to_do", *(field.name for field in Payment._meta.fields), "ledger_entries", "audit_log"]

    @admin.display(description="see, refund, correct, hold")
    def to_do(self, payment: Payment) -> SafeString:
        """Links to the pages on which something is done with this payment."""
        links = [*links_of(payment), *hold_links(payment)]
        return format_html_join("", '<a href="{1}">{0}</a><br>', links)

    @admin.display
    def ledger_entries(self, payment: Payment) -> SafeString:
        """Links to the entries of this payment, with what each has moved."""
        lines = (
            (f"{entry.occurred_at:%Y-%m-%d %H:%M}", reverse("admin:payments_ledgerentry_change", args=[entry.pk]),
             entry.get_kind_display(), ", ".join(money.shown() for money in moved(entry)), entry.reference)
            for entry in entries_of(payment).prefetch_related("legs__account")
        )  # fmt: skip
        return format_html_join("", '{} <a href="{}">{} of {}</a>, {}<br>', lines)

    @admin.display
    def audit_log(self, payment: Payment) -> SafeString:
        """What people have done with this payment."""
        entries = AuditEntry.objects.filter(subject=audit.name_of(payment)).select_related("actor")
        lines = (
            (f"{entry.at:%Y-%m-%d %H:%M}", entry.actor, entry.action, _summary_of(entry.after)) for entry in entries
        )
        return format_html_join("", "{} {}: {} ({})<br>", lines)


@admin.register(Refund)
class RefundAdmin(ReadOnlyAdmin):
    list_display = ["created_at", "subject", "sum", "status", "reason", "recorded_by", "provider_id"]
    list_filter = ["status", "payment__provider", "payment__currency"]
    list_select_related = ["payment", "recorded_by"]
    search_fields = [
        "=provider_id", "payment__subject_reference", "payment__payer__email", "payment__payer__display_name",
        "payment__payee__display_name", "payment__payee__email", "reason",
    ]  # fmt: skip
    date_hierarchy = "created_at"

    @admin.display(description="of")
    def subject(self, refund: Refund) -> SafeString:
        page = reverse("admin:payments_payment_change", args=[refund.payment_id])
        return format_html('<a href="{}">{}</a>', page, refund.payment.subject_reference)

    @admin.display
    def sum(self, refund: Refund) -> str:
        return refund.money.shown()


@admin.register(ProviderTransaction)
class ProviderTransactionAdmin(ReadOnlyAdmin):
    list_display = ["id", "kind", "payment", "net_amount", "occurred_at"]
    list_filter = ["kind", "currency"]
    search_fields = ["id", "source", "payment"]
    date_hierarchy = "occurred_at"

    @admin.display(description="net")
    def net_amount(self, transaction: ProviderTransaction) -> str:
        return "" if transaction.net is None else from_minor_units(transaction.net, transaction.currency).shown()
