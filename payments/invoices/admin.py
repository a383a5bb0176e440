"""The admin of invoices: kinds and rates of tax, the platform's own details, and the documents, which are read-only."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.http import HttpRequest
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString

from core.admin import AuditedAdmin, ReadOnlyAdmin
from payments.invoices.models import BuyerProfile, Invoice, InvoiceSeries, SellerProfile, TaxKind, TaxRate
from payments.invoices.numbering import ensure_series


class TaxRateInline(admin.TabularInline[TaxRate, TaxKind]):
    model = TaxRate
    extra = 0


@admin.register(TaxKind)
class TaxKindAdmin(AuditedAdmin):
    list_display = ["name", "slug", "remote_place", "is_standard"]
    prepopulated_fields = {"slug": ["name"]}
    inlines = [TaxRateInline]


@admin.register(TaxRate)
class TaxRateAdmin(AuditedAdmin):
    list_display = ["country", "kind", "category", "percent", "valid_from", "reason"]
    list_filter = ["kind", "country"]
    list_select_related = ["kind"]


@admin.register(SellerProfile)
class SellerProfileAdmin(AuditedAdmin):
    """Builders enter their own details. Here admins enter those of the platform, which sells its fee."""

    list_display = ["name", "owner", "country", "number_prefix", "agreed_at"]
    list_select_related = ["owner"]
    search_fields = ["name", "number_prefix", "vat_number"]
    fields = [
        "owner", "name", "street", "more", "postal_code", "city", "country", "vat_number", "tax_number",
        "is_small_business", "tax_kind", "number_prefix", "agreed_at",
    ]  # fmt: skip
    readonly_fields = ["owner"]
    personal_fields = ["name", "street", "more", "postal_code", "city", "vat_number", "tax_number"]

    def has_add_permission(self, request: HttpRequest) -> bool:
        return super().has_add_permission(request) and not SellerProfile.objects.filter(owner=None).exists()

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        is_platform = obj is None or obj.owner_id is None
        return is_platform and super().has_change_permission(request, obj)

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:  # noqa: FBT001  (Django's signature)
        ensure_series(obj.number_prefix, obj.owner_id)
        super().save_model(request, obj, form, change)


@admin.register(BuyerProfile)
class BuyerProfileAdmin(ReadOnlyAdmin):
    list_display = ["name", "owner", "country"]
    list_select_related = ["owner"]
    search_fields = ["name", "vat_number", "owner__email"]


@admin.register(InvoiceSeries)
class InvoiceSeriesAdmin(ReadOnlyAdmin):
    list_display = ["prefix", "owner", "last_number"]
    list_select_related = ["owner"]
    search_fields = ["prefix"]


@admin.register(Invoice)
class InvoiceAdmin(ReadOnlyAdmin):
    list_display = ["number", "kind", "issued_on", "sold_by", "bought_by", "sum", "tax_country", "page"]
    list_filter = ["kind", "currency", "tax_country"]
    list_select_related = ["seller", "buyer"]
    search_fields = ["number", "payment__subject_reference", "buyer__email", "seller__display_name"]
    date_hierarchy = "issued_on"

    @admin.display(description="seller")
    def sold_by(self, invoice: Invoice) -> str:
        return str(invoice.document["seller"]["name"])

    @admin.display(description="buyer")
    def bought_by(self, invoice: Invoice) -> str:
        return str(invoice.document["buyer"]["name"])

    @admin.display
    def sum(self, invoice: Invoice) -> str:
        return f"{'-' if invoice.is_credit_note else ''}{invoice.total.shown()}"

    @admin.display(description="as it was written")
    def page(self, invoice: Invoice) -> SafeString:
        return format_html('<a href="{}">See it</a>', reverse("payments:invoice", args=[invoice.number]))
