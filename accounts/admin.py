"""People in the admin: to be found and looked at; what they may do changes through services."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest

from accounts import applications
from accounts.models import ApiToken, BuilderApplication, BuilderProfile, RoleGrant, User
from core.admin import ReadOnlyAdmin
from core.errors import Refused


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


class DecisionForm(forms.ModelForm[BuilderApplication]):
    """An application, and the two ways to answer it."""

    decision = forms.ChoiceField(choices=[("grant", "Grant: they become a builder"), ("decline", "Decline")])
    reason = forms.CharField(max_length=500, help_text="They read this.", widget=forms.Textarea(attrs={"rows": 3}))

    class Meta:
        model = BuilderApplication
        fields: list[str] = []


@admin.register(BuilderApplication)
class BuilderApplicationAdmin(admin.ModelAdmin[BuilderApplication]):
    """Read, decide, give a reason; both sides are told by the service."""

    list_display = ["user", "headline", "state", "created_at", "decided_by"]
    list_filter = ["state"]
    list_select_related = ["user", "decided_by"]
    search_fields = ["user__display_name", "user__email", "headline"]
    form = DecisionForm
    FACTS = ["user", "headline", "message", "state", "created_at", "decided_by", "decided_at"]

    def get_readonly_fields(self, request: HttpRequest, obj: BuilderApplication | None = None) -> list[str]:
        return self.FACTS if self._is_open(obj) else [*self.FACTS, "reason"]

    def get_fields(self, request: HttpRequest, obj: BuilderApplication | None = None) -> Any:
        return [*self.FACTS, "decision", "reason"] if self._is_open(obj) else [*self.FACTS, "reason"]

    def save_model(self, request: HttpRequest, obj: BuilderApplication, form: Any, change: bool) -> None:  # noqa: FBT001
        assert isinstance(request.user, User)
        answer = form.cleaned_data
        try:
            applications.decide(
                application=obj, by=request.user, granted=answer["decision"] == "grant", reason=answer["reason"]
            )
        except Refused as refused:
            self.message_user(request, refused.sentence, level=messages.ERROR)

    def has_change_permission(self, request: HttpRequest, obj: BuilderApplication | None = None) -> bool:
        return super().has_change_permission(request, obj) and (obj is None or self._is_open(obj))

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def _is_open(self, application: BuilderApplication | None) -> bool:
        return application is not None and application.state == BuilderApplication.State.OPEN
