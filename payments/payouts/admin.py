"""Read-only admin of payouts: accounts of builders, transfers, and what was read of our own settings at the provider."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.db.models import Q, QuerySet
from django.http import HttpRequest

from accounts.models import RoleGrant
from accounts.roles import Role
from core.admin import ReadOnlyAdmin
from payments.models import Payment, PayoutHold, ProviderAccount, ProviderCheck, Transfer, TransferReversal
from payments.payouts.accounts import account_of
from payments.payouts.queries import shown


class TransferInline(admin.TabularInline[Transfer, Payment]):
    model = Transfer
    fields = ["owner", "state", "percent", "due_at", "amount", "fee", "amount_back", "problem", "provider_id"]
    readonly_fields = ["owner", "state", "percent", "due_at", "amount", "fee", "amount_back", "problem", "provider_id"]
    show_change_link = True
    can_delete = False
    extra = 0

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def get_queryset(self, request: HttpRequest) -> QuerySet[Transfer]:
        return super().get_queryset(request).select_related("owner")


class HoldInline(admin.TabularInline[PayoutHold, Payment]):
    model = PayoutHold
    fields = ["reason", "key", "created_at", "released_at"]
    readonly_fields = ["reason", "key", "created_at", "released_at"]
    can_delete = False
    extra = 0

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


class ReversalInline(admin.TabularInline[TransferReversal, Transfer]):
    model = TransferReversal
    fields = ["amount", "sent_amount", "status", "problem", "provider_id", "created_at"]
    readonly_fields = ["amount", "sent_amount", "status", "problem", "provider_id", "created_at"]
    can_delete = False
    extra = 0

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


class WaitingFilter(admin.SimpleListFilter):
    """Transfers that an operator may have to look at."""

    title = "what they wait for"
    parameter_name = "waits"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return [
            ("account", "An account that is not ready"),
            ("problem", "Stripe refused the last attempt"),
            ("hold", "A hold"),
            ("former", "Owed to somebody who is no longer a builder"),
        ]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Transfer]) -> QuerySet[Transfer]:
        payable = Q(state=Transfer.State.PAYABLE)
        unpaid = Q(state__in=[Transfer.State.SCHEDULED, Transfer.State.PAYABLE])
        conditions = {
            "account": payable & ~Q(owner__provider_account__status=ProviderAccount.Status.READY),
            "problem": payable & ~Q(problem=""),
            "hold": unpaid & Q(payment__in=PayoutHold.objects.filter(released_at=None).values("payment")),
            "former": unpaid & ~Q(owner__in=RoleGrant.objects.live().filter(role=Role.BUILDER).values("user")),
        }
        return queryset.filter(conditions[self.value() or ""]) if self.value() in conditions else queryset


@admin.register(Transfer)
class TransferAdmin(ReadOnlyAdmin):
    """What each builder gets of a payment. It is paid out automatically; nobody pays out by hand."""

    list_display = ["payment", "owner", "state", "due_at", "share", "fee", "problem", "paid_at", "provider_id"]
    list_filter = ["state", WaitingFilter, "payment__currency"]
    list_select_related = ["payment", "owner"]
    search_fields = ["=provider_id", "payment__subject_reference", "owner__display_name", "owner__email"]
    date_hierarchy = "due_at"
    inlines = [ReversalInline]

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> list[str]:
        return [*(field.name for field in Transfer._meta.fields), "waits_for"]

    @admin.display
    def share(self, transfer: Transfer) -> str:
        return "" if transfer.state == Transfer.State.SCHEDULED else transfer.share.shown()

    @admin.display(description="waits for")
    def waits_for(self, transfer: Transfer) -> str:
        return shown([transfer], account_of(transfer.owner))[0].reason


@admin.register(ProviderAccount)
class ProviderAccountAdmin(ReadOnlyAdmin):
    list_display = ["owner", "country", "status", "provider_id", "checked_at"]
    list_filter = ["status", "country"]
    list_select_related = ["owner"]
    search_fields = ["=provider_id", "owner__display_name", "owner__email"]


@admin.register(ProviderCheck)
class ProviderCheckAdmin(ReadOnlyAdmin):
    """The settings of our account at Stripe that matter to payouts, read every six hours."""

    list_display = ["name", "state", "checked_at"]

    @admin.display
    def state(self, check: ProviderCheck) -> str:
        return check.problem or "As it should be"
