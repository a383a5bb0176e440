"""Admin of plans: those of the platform are made here, builders' own are shown. Subscriptions are read-only."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.db.models import Count, Q, QuerySet
from django.http import HttpRequest

from core.admin import ReadOnlyAdmin, ReadOnlyPart
from payments.models import Plan, SavedCard, Subscription, SubscriptionCharge
from payments.plans import services
from payments.plans.features import in_words
from payments.plans.forms import PLATFORM_FIELDS, PlatformPlanForm
from payments.plans.queries import STARTED


class OwnerFilter(admin.SimpleListFilter):
    """Plans of the platform, or of builders."""

    title = "whose"
    parameter_name = "whose"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return [("platform", "The platform's"), ("builders", "Builders' own")]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        if self.value() is None:
            return queryset
        return queryset.filter(owner__isnull=self.value() == "platform")


@admin.register(Plan)
class PlanAdmin(admin.ModelAdmin[Plan]):
    """Plans of the platform are added and changed; a plan is never deleted but archived."""

    form = PlatformPlanForm
    list_display = ["name", "whose", "price_text", "gives", "subscribers", "is_offered"]
    list_filter = [OwnerFilter, ("archived_at", admin.EmptyFieldListFilter)]
    list_select_related = ["owner"]
    search_fields = ["name", "owner__display_name"]
    actions = ["archive"]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Plan]:
        subscribers = Count("subscriptions", filter=Q(subscriptions__status__in=STARTED))
        return super().get_queryset(request).annotate(subscriber_count=subscribers)

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return super().has_change_permission(request, obj) and (obj is None or obj.owner_id is None)

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def save_model(self, request: HttpRequest, obj: Plan, form: PlatformPlanForm, change: bool) -> None:  # noqa: FBT001  (Django's signature)
        fields = form.plan_fields()
        by: Any = request.user
        if change:
            changes = {name: getattr(fields, name) for name in (*PLATFORM_FIELDS, "features")}
            services.change_plan(plan=obj, changes=changes, by=by)
        else:
            obj.pk = services.create_plan(owner=None, fields=fields, by=by).pk

    @admin.display
    def whose(self, plan: Plan) -> str:
        return plan.owner.display_name if plan.owner else "Waymark"

    @admin.display(description="price")
    def price_text(self, plan: Plan) -> str:
        return plan.price_text

    @admin.display
    def gives(self, plan: Plan) -> str:
        if plan.sessions_per_period:
            return f"{plan.sessions_per_period} sessions"
        return ", ".join(in_words(plan.features))

    @admin.display
    def subscribers(self, plan: Any) -> int:
        return int(plan.subscriber_count)

    @admin.display(boolean=True, description="offered")
    def is_offered(self, plan: Plan) -> bool:
        return plan.is_offered

    @admin.action(description="Stop offering the plans of the platform", permissions=["change"])
    def archive(self, request: HttpRequest, plans: QuerySet[Plan]) -> None:
        by: Any = request.user
        for plan in plans.filter(owner=None):
            services.archive_plan(plan=plan, by=by)


class ChargePart(ReadOnlyPart):
    model = SubscriptionCharge
    fields = [
        "number", "kind", "plan", "period_start", "period_end", "amount", "currency", "state", "attempts",
        "next_attempt_at", "problem", "paid_at",
    ]  # fmt: skip


@admin.register(Subscription)
class SubscriptionAdmin(ReadOnlyAdmin):
    list_display = ["reference", "subscriber", "plan", "status", "current_period_end", "is_ending", "started_at"]
    list_filter = ["status", "end_reason", ("seller", admin.EmptyFieldListFilter)]
    list_select_related = ["subscriber", "plan"]
    search_fields = ["subscriber__display_name", "subscriber__email", "plan__name", "seller__display_name"]
    date_hierarchy = "created_at"
    inlines = [ChargePart]

    @admin.display
    def reference(self, subscription: Subscription) -> str:
        return subscription.reference

    @admin.display(boolean=True, description="ends")
    def is_ending(self, subscription: Subscription) -> bool:
        return subscription.is_ending


@admin.register(SavedCard)
class SavedCardAdmin(ReadOnlyAdmin):
    list_display = ["person", "brand", "last4", "is_default", "removed_at"]
    list_select_related = ["person"]
    search_fields = ["person__display_name", "person__email"]
