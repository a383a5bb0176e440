"""People in the admin: to be found and looked at; what they may do changes through services."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest

from accounts.models import ApiToken, BuilderProfile, RoleGrant, User
from core.admin import ReadOnlyAdmin


@admin.register(User)
class UserAdmin(admin.ModelAdmin[User]):
    list_display = ["display_name", "email", "role_names", "timezone", "is_active", "created_at"]
    list_filter = ["is_active", "grants__role"]
    search_fields = ["display_name", "email"]
    fields = ["display_name", "email", "timezone", "is_active", "last_login", "created_at"]
    readonly_fields = ["email", "last_login", "created_at"]

    def get_queryset(self, request: HttpRequest) -> QuerySet[User]:
        return User.objects.with_roles()

    @admin.display(description="roles")
    def role_names(self, person: User) -> str:
        return ", ".join(sorted(person.roles)) or "client"

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False  # people sign up

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False  # people are erased on their own demand


@admin.register(RoleGrant)
class RoleGrantAdmin(ReadOnlyAdmin):
    list_display = ["user", "role", "created_at", "granted_by", "reason", "revoked_at"]
    list_filter = ["role"]
    list_select_related = ["user", "granted_by"]
    search_fields = ["user__display_name", "user__email"]


@admin.register(BuilderProfile)
class BuilderProfileAdmin(admin.ModelAdmin[BuilderProfile]):
    list_display = ["user", "slug", "headline", "is_published"]
    list_filter = ["is_published"]
    list_select_related = ["user"]
    search_fields = ["user__display_name", "slug", "headline"]
    autocomplete_fields = ["user"]


@admin.register(ApiToken)
class ApiTokenAdmin(ReadOnlyAdmin):
    list_display = ["name", "user", "hint", "created_at", "used_at", "revoked_at"]
    list_select_related = ["user"]
    search_fields = ["user__display_name", "user__email", "name"]
