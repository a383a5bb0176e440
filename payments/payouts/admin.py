"""The admin of payouts: builders' accounts, transfers, what holds them, and our own settings at the provider as they were
read. Staff hold and release payouts; admins start the night's work early."""

from __future__ import annotations

from typing import Any

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db.models import Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse

from accounts.models import RoleGrant, User
from accounts.roles import Role
from core.admin import ReadOnlyAdmin, StaffActs
from core.errors import Refused
from payments.models import Payment, PayoutHold, ProviderAccount, ProviderCheck, Transfer, TransferReversal
from payments.payouts import by_hand
from payments.payouts.accounts import account_of
from payments.payouts.forms import HoldForm
from payments.payouts.queries import shown
from payments.states import Provider


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
            ("balance", "Our balance at Stripe"),
            ("hold", "A hold"),
            ("former", "Owed to somebody who is no longer a builder"),
        ]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Transfer]) -> QuerySet[Transfer]:
        payable = Q(state=Transfer.State.PAYABLE)
        unpaid = Q(state__in=[Transfer.State.SCHEDULED, Transfer.State.PAYABLE])
        conditions = {
            "account": payable & ~Q(owner__provider_account__status=ProviderAccount.Status.READY),
            "problem": payable & ~Q(problem=""),
            "balance": payable & Q(waits_for_balance=True),
            "hold": unpaid & Q(payment__in=PayoutHold.objects.filter(released_at=None).values("payment")),
            "former": unpaid & ~Q(owner__in=RoleGrant.objects.live().filter(role=Role.BUILDER).values("user")),
        }
        return queryset.filter(conditions[self.value() or ""]) if self.value() in conditions else queryset


class PaysOut(StaffActs):
    """An admin with the action that starts the night's payouts of the chosen builders early. Only admins have it."""

    actions = ["pay_now"]

    def has_pay_permission(self, request: HttpRequest) -> bool:
        return isinstance(request.user, User) and Role.ADMIN in request.user.roles

    @admin.action(description="Pay these builders now what is due to them", permissions=["pay"])
    def pay_now(self, request: HttpRequest, rows: QuerySet[Any]) -> None:
        assert isinstance(request.user, User)
        count = 0
        for builder in User.objects.filter(pk__in=rows.order_by().values("owner")):
            try:
                count += by_hand.pay_now(builder=builder, by=request.user)
            except Refused as refused:
                self.message_user(request, refused.sentence, messages.ERROR)
                return
        self.message_user(request, f"{count} transfer{'' if count == 1 else 's'} queued.")


class HoldPage(StaffActs):
    """The page on which staff hold a payment from being paid out, and release it."""

    def get_urls(self) -> list[URLPattern]:
        page = self.admin_site.admin_view(self.hold_payout)
        return [path("<uuid:pk>/hold/", page, name="payments_payment_hold"), *super().get_urls()]

    def hold_payout(self, request: HttpRequest, pk: Any) -> HttpResponse:
        if not self.has_act_permission(request):
            raise PermissionDenied
        assert isinstance(request.user, User)
        payment = get_object_or_404(Payment.objects.select_related("payee"), pk=pk)
        is_held = by_hand.is_on_hold(payment)
        form = HoldForm(request.POST or None, initial={"wanted": HoldForm.RELEASE if is_held else HoldForm.HOLD})
        if request.method == "POST" and form.is_valid():
            is_release = form.cleaned_data["wanted"] == HoldForm.RELEASE
            act = by_hand.release if is_release else by_hand.hold
            try:
                act(payment=payment, reason=form.cleaned_data["reason"], by=request.user)
            except Refused as refused:
                messages.error(request, refused.sentence)
            else:
                done = "released, and is paid out the next night" if is_release else "held"
                messages.success(request, f"The payout is {done}.")
            return redirect("admin:payments_payment_change", payment.pk)
        context = {
            **self.admin_site.each_context(request), "title": f"Payout for {payment.subject_reference}", "opts": self.opts,
            "payment": payment, "form": form, "is_held": is_held, "can_be_held": by_hand.can_be_held(payment),
        }  # fmt: skip
        status = 422 if form.errors else 200
        return TemplateResponse(request, "admin/payments/payment/hold.html", context, status=status)


def hold_links(payment: Payment) -> list[tuple[str, str]]:
    """Returns the link to the page on which the payout of a payment is held or released, if one of the two can be done."""
    is_held = by_hand.is_on_hold(payment)
    if payment.provider == Provider.MANUAL or not (is_held or by_hand.can_be_held(payment)):
        return []
    label = "Release the payout" if is_held else "Hold the payout"
    return [(label, reverse("admin:payments_payment_hold", args=[payment.pk]))]


@admin.register(Transfer)
class TransferAdmin(PaysOut):
    """What each builder gets of a payment. It is paid out automatically, each night."""

    list_display = ["payment", "owner", "state", "due_at", "share", "fee", "problem", "paid_at", "provider_id"]
    list_filter = ["state", WaitingFilter, "payment__currency"]
    list_select_related = ["payment", "owner"]
    search_fields = [
        "=provider_id", "payment__subject_reference", "owner__display_name", "owner__email",
        "payment__payer__display_name", "payment__payer__email",
    ]  # fmt: skip
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
class ProviderAccountAdmin(PaysOut):
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
