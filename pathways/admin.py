"""The catalogue in the admin: pathways and skills, with what comes before what."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlsplit

from django import forms
from django.contrib import admin
from django.core.exceptions import ValidationError
from django.http import HttpRequest

from core.admin import AuditedAdmin
from core.errors import Refused
from pathways import services
from pathways.models import Pathway, Skill


@admin.register(Pathway)
class PathwayAdmin(AuditedAdmin):
    list_display = ["name", "tagline", "look", "order", "is_active"]
    list_editable = ["order", "is_active"]
    prepopulated_fields = {"slug": ["name"]}


class SkillForm(forms.ModelForm[Skill]):
    needed = forms.ModelMultipleChoiceField(
        queryset=Skill.objects.all(), required=False, label="Comes after",
        help_text="The skills that have to be completed before it.",
    )  # fmt: skip

    class Meta:
        model = Skill
        fields = [
            "name", "slug", "tier", "order", "summary", "description", "is_fundamental", "needs_builder", "pathways",
            "resources", "is_active",
        ]  # fmt: skip

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        if not self.instance._state.adding:
            self.fields["needed"].initial = self.instance.needs.all()

    def clean_resources(self) -> list[dict[str, str]]:
        told = self.cleaned_data["resources"] or []
        is_list = isinstance(told, list) and all(
            isinstance(each, dict) and set(each) == {"title", "url"} for each in told
        )
        if not is_list or not all(urlsplit(str(each["url"])).scheme in ("http", "https") for each in told):
            raise ValidationError('Write a list like [{"title": "A book", "url": "https://example.com"}].')
        return list(told)

    def clean(self) -> dict[str, Any]:
        told: dict[str, Any] = super().clean() or {}
        try:
            services.check_needs(skill=self.instance, needs=told.get("needed") or [])
        except Refused as error:
            self.add_error("needed", error.sentence)
        return told


@admin.register(Skill)
class SkillAdmin(AuditedAdmin):
    form = SkillForm
    list_display = ["name", "tier", "is_fundamental", "needs_builder", "order", "is_active"]
    list_filter = ["tier", "pathways", "is_fundamental", "is_active"]
    list_editable = ["tier", "is_fundamental", "order", "is_active"]
    search_fields = ["name", "summary"]
    filter_horizontal = ["pathways"]
    prepopulated_fields = {"slug": ["name"]}

    def save_related(self, request: HttpRequest, form: Any, formsets: Any, change: bool) -> None:  # noqa: FBT001  (given from outside)
        super().save_related(request, form, formsets, change)
        if "needed" in form.cleaned_data:
            services.set_needs(skill=form.instance, needs=form.cleaned_data["needed"])
