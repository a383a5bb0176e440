"""The admin pages of packages and of those that were bought, which can only be viewed; packages can be archived."""

from __future__ import annotations

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest

from accounts.models import User
from coaching.packages import services
from coaching.packages.models import Package, PackagePurchase
from core.admin import ReadOnlyAdmin


@admin.register(Package)
class PackageAdmin(ReadOnlyAdmin):
    list_display = ["title", "builder", "sessions", "minutes", "money", "valid_days", "is_active"]
    list_filter = ["is_active", "currency"]
    list_select_related = ["builder"]
    search_fields = ["title", "builder__display_name", "builder__email"]
    actions = ["archive"]

    @admin.action(description="Archive", permissions=["archive"])
    def archive(self, request: HttpRequest, chosen: QuerySet[Package]) -> None:
        assert isinstance(request.user, User)
        for package in chosen:
            services.set_active(package=package, is_active=False, by=request.user)
        self.message_user(request, f"{len(chosen)} are no longer on sale. What was bought stays.")

    def has_archive_permission(self, request: HttpRequest) -> bool:
        return request.user.has_perm("coaching.change_package")


@admin.register(PackagePurchase)
class PackagePurchaseAdmin(ReadOnlyAdmin):
    list_display = ["reference", "title", "buyer", "money", "is_gift", "is_paid", "created_at"]
    list_filter = ["is_gift", "currency"]
    list_select_related = ["buyer"]
    search_fields = [
        "reference", "title", "buyer__display_name", "buyer__email", "package__builder__display_name",
        "package__builder__email",
    ]  # fmt: skip
    date_hierarchy = "created_at"

    @admin.display(boolean=True)
    def is_paid(self, purchase: PackagePurchase) -> bool:
        return purchase.grant_id is not None
