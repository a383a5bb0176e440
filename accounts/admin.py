"""The admin pages about people. Roles and access change through services, never by saving the row."""

from __future__ import annotations

from typing import Any

import allauth.account.admin
import allauth.mfa.admin
import allauth.usersessions.admin  # noqa: F401  (registered first, so that ours can take their place)
from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from allauth.usersessions.models import UserSession
from django import forms
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import URLPattern, path

from accounts import applications, queries, services
from accounts.members import admin as member_admin  # noqa: F401  (registers itself)
from accounts.models import (
    ApiToken,
    BuilderApplication,
    BuilderProfile,
    DataExport,
    Place,
    ProfessionalRole,
    RoleGrant,
    User,
)
from accounts.roles import Role
from accounts.sign_in import second_factors
from accounts.tokens import services as tokens
from core import clock
from core.admin import AuditedAdmin, ReadOnlyAdmin
from core.big_tables import BigTable
from core.errors import Refused
from core.forms import ZoneField


class UserAdminForm(forms.ModelForm[User]):
    """A person's details, the roles they have, and the reason for a change of roles."""

    roles = forms.MultipleChoiceField(
        choices=Role.choices, required=False, widget=forms.CheckboxSelectMultiple, help_text="Everyone is a client."
    )
    reason = forms.CharField(
        max_length=500,
        required=False,
        help_text="Required when a role changes. If somebody loses a role, they will see this reason.",
    )

    timezone = ZoneField()

    class Meta:
        model = User
        fields = ["display_name", "timezone", "place", "is_active"]

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["roles"].initial = sorted(self.instance.roles)

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or {}
        if set(cleaned.get("roles", [])) != self.instance.roles and not cleaned.get("reason"):
            self.add_error("reason", "Give the reason for the change.")
        return cleaned


@admin.register(User)
class UserAdmin(BigTable, AuditedAdmin):
    list_display = ["display_name", "email", "role_names", "timezone", "is_active", "created_at"]
    list_filter = ["is_active", "grants__role"]
    search_fields = ["display_name", "email"]
    form = UserAdminForm
    autocomplete_fields = ["place"]
    fields = ["display_name", "email", "timezone", "place", "is_active", "roles", "reason", "last_login", "created_at"]
    readonly_fields = ["email", "last_login", "created_at"]

    def get_queryset(self, request: HttpRequest) -> QuerySet[User]:
        return User.objects.with_roles()

    def get_fields(self, request: HttpRequest, obj: User | None = None) -> Any:
        """Shows staff who may only read the names of the roles, and no field for a reason."""
        if self.has_change_permission(request, obj):
            return self.fields
        return ["role_names" if name == "roles" else name for name in self.fields if name != "reason"]

    def get_readonly_fields(self, request: HttpRequest, obj: User | None = None) -> Any:
        return [*self.readonly_fields, "role_names"]

    def save_model(self, request: HttpRequest, obj: User, form: Any, change: bool) -> None:  # noqa: FBT001  (given from outside)
        """Saves the person, and changes roles and access through services, which keep the last admin and the history.

        The services run before the row is saved, because their locks must be taken before the row's. After a refusal
        nothing is saved.
        """
        assert isinstance(request.user, User)
        obj.zone_is_chosen = obj.zone_is_chosen or "timezone" in form.changed_data
        wanted, reason = set(form.cleaned_data["roles"]), form.cleaned_data["reason"]
        granted, revoked = sorted(wanted - obj.roles), sorted(obj.roles - wanted)
        try:
            with transaction.atomic():
                if "is_active" in form.changed_data:
                    services.set_active(user=obj, is_active=form.cleaned_data["is_active"], by=request.user)
                services.change_roles(
                    user=obj,
                    grants=[Role(name) for name in granted],
                    revokes=[Role(name) for name in revoked],
                    by=request.user,
                    reason=reason,
                )
                super().save_model(request, obj, form, change)
        except Refused as refused:
            self.message_user(request, refused.sentence, level=messages.ERROR)

    actions = ["remove_second_factor"]
    personal_fields = ["display_name"]

    @admin.action(description="Remove the second factor of somebody who has lost it", permissions=["change"])
    def remove_second_factor(self, request: HttpRequest, people: QuerySet[User]) -> None:
        """Removes the second factors of the selected people, who are notified."""
        assert isinstance(request.user, User)
        reason = "You told us that you lost it."
        removed = sum(second_factors.remove_for(user=person, by=request.user, reason=reason) for person in people)
        self.message_user(request, f"Removed for {removed}. They were told by mail.")

    @admin.display(description="roles")
    def role_names(self, person: User) -> str:
        return ", ".join(sorted(person.roles)) or "client"

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False  # people sign up

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False  # people erase their own account


@admin.register(RoleGrant)
class RoleGrantAdmin(ReadOnlyAdmin):
    list_display = ["user", "role", "created_at", "granted_by", "reason", "revoked_at"]
    list_filter = ["role"]
    list_select_related = ["user", "granted_by"]
    search_fields = ["user__display_name", "user__email"]
    change_list_template = "admin/accounts/rolegrant/change_list.html"

    def get_urls(self) -> list[URLPattern]:
        over_time = self.admin_site.admin_view(self.over_time)
        return [path("over-time/", over_time, name="accounts_rolegrant_over_time"), *super().get_urls()]

    def over_time(self, request: HttpRequest) -> HttpResponse:
        """Shows how many people had each role at the end of each of the last twelve months."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        report = queries.roles_over_time(clock.now())
        context = {**self.admin_site.each_context(request), "title": "Roles over time", "report": report}
        return render(request, "admin/accounts/rolegrant/over_time.html", context)


@admin.register(BuilderProfile)
class BuilderProfileAdmin(AuditedAdmin):
    list_display = ["user", "slug", "headline", "is_published"]
    list_filter = ["is_published"]
    list_select_related = ["user"]
    search_fields = ["user__display_name", "slug", "headline"]
    autocomplete_fields = ["user", "roles"]
    exclude = ["meeting_url", "phone", "shows_email", "how_to_pay"]  # only for the two sides of a booking


@admin.register(ProfessionalRole)
class ProfessionalRoleAdmin(AuditedAdmin):
    list_display = ["name", "slug", "position", "is_offered"]
    list_editable = ["position", "is_offered"]
    prepopulated_fields = {"slug": ["name"]}
    search_fields = ["name"]


@admin.register(Place)
class PlaceAdmin(ReadOnlyAdmin):
    list_display = ["name", "region", "country", "population", "timezone"]
    list_filter = ["country"]
    search_fields = ["names"]


@admin.register(DataExport)
class DataExportAdmin(ReadOnlyAdmin):
    list_display = ["person", "state", "created_at", "ready_at", "expires_at"]
    list_filter = ["state"]
    list_select_related = ["person"]
    search_fields = ["person__display_name", "person__email"]
    exclude = ["archive"]


for package_model in (EmailAddress, UserSession, Authenticator):
    admin.site.unregister(package_model)


@admin.register(EmailAddress)
class EmailAddressAdmin(ReadOnlyAdmin):
    list_display = ["email", "user", "primary", "verified"]
    list_filter = ["primary", "verified"]
    list_select_related = ["user"]
    search_fields = ["email", "user__display_name"]


@admin.register(UserSession)
class UserSessionAdmin(ReadOnlyAdmin):
    list_display = ["user", "ip", "user_agent", "created_at", "last_seen_at"]
    list_select_related = ["user"]
    search_fields = ["user__display_name", "user__email"]
    exclude = ["session_key", "data"]


@admin.register(Authenticator)
class AuthenticatorAdmin(ReadOnlyAdmin):
    """Lists second factors without their secrets. A lost one is removed by the action in the list of people."""

    list_display = ["user", "type", "created_at", "last_used_at"]
    list_filter = ["type"]
    list_select_related = ["user"]
    search_fields = ["user__display_name", "user__email"]
    exclude = ["data"]


@admin.register(ApiToken)
class ApiTokenAdmin(ReadOnlyAdmin):
    """Lists API tokens without their digest. Admins may revoke a token, and its owner is notified."""

    list_display = ["name", "user", "hint", "may_do", "created_at", "used_at", "expires_at", "revoked_at"]
    list_select_related = ["user"]
    search_fields = ["user__display_name", "user__email", "name", "hint"]
    exclude = ["digest"]
    actions = ["revoke"]

    @admin.display(description="may do")
    def may_do(self, token: ApiToken) -> str:
        return token.scope.label

    @admin.action(description="Revoke", permissions=["revoke"])
    def revoke(self, request: HttpRequest, chosen: QuerySet[ApiToken]) -> None:
        assert isinstance(request.user, User)
        ended = sum(tokens.revoke(user=token.user, token=token.pk, by=request.user) for token in chosen)
        self.message_user(request, f"{ended} revoked. Their owners were told.")

    def has_revoke_permission(self, request: HttpRequest) -> bool:
        return request.user.has_perm("accounts.change_apitoken")


class DecisionForm(forms.ModelForm[BuilderApplication]):
    """The decision on an application, with its reason."""

    decision = forms.ChoiceField(choices=[("grant", "Grant: they become a builder"), ("decline", "Decline")])
    reason = forms.CharField(
        label="Message to the applicant",
        max_length=500,
        help_text="Needed for both decisions. They will see it on Waymark and in a mail.",
        widget=forms.Textarea(attrs={"rows": 3}),
    )

    class Meta:
        model = BuilderApplication
        fields: list[str] = []


@admin.register(BuilderApplication)
class BuilderApplicationAdmin(admin.ModelAdmin[BuilderApplication]):
    """Shows an application and lets an admin decide it. The service notifies the applicant."""

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

    def save_model(self, request: HttpRequest, obj: BuilderApplication, form: Any, change: bool) -> None:  # noqa: FBT001  (given from outside)
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
