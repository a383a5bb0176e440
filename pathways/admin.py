"""The admin of pathways, skills and badges, and read-only lists of enrolments, progress, goals and awards."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.db.models import Count, Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.template.loader import render_to_string
from django.urls import URLPattern, path
from django.utils.html import format_html

from core import audit, clock
from core.admin import AuditedAdmin, ReadOnlyAdmin, ReadOnlyPart
from core.errors import Refused
from pathways.catalogue import interchange, services
from pathways.catalogue.skill_tree import draw_tree, skills_by_tier
from pathways.models import (
    AnsweredRequest,
    Award,
    Badge,
    CompletedSession,
    Enrolment,
    EnrolmentEvent,
    Goal,
    GoalEvent,
    GoalStep,
    Pathway,
    Progress,
    ProgressEvent,
    Skill,
)
from pathways.progress.enrolments import complete_finished


@admin.register(Pathway)
class PathwayAdmin(AuditedAdmin):
    list_display = ["name", "tagline", "look", "order", "is_active"]
    list_editable = ["order", "is_active"]
    prepopulated_fields = {"slug": ["name"]}
    readonly_fields = ["uses", "its_skills"]

    class Media:
        css = {"all": ["css/admin-tree.css"]}

    @admin.display(description="In use by")
    def uses(self, pathway: Pathway) -> str:
        people = pathway.enrolments.under_way().count() if not pathway._state.adding else 0
        return f"{people} client{'' if people == 1 else 's'} follow{'s' if people == 1 else ''} it now."

    @admin.display(description="Its skills, in order")
    def its_skills(self, pathway: Pathway) -> str:
        if pathway._state.adding:
            return "Save the pathway first. Then add skills to it on their own pages."
        skills = list(Skill.objects.open().complete().filter(pathways=pathway))
        context = {"tree": draw_tree(skills), "tiers": skills_by_tier(pathway, skills)}
        return render_to_string("admin/pathways/pathway/skills.html", context)


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
        resources = self.cleaned_data["resources"] or []
        if not interchange.is_resource_list(resources):
            raise ValidationError('Write a list like [{"title": "A book", "url": "https://example.com"}].')
        return list(resources)

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or {}
        try:
            services.check_prerequisites(skill=self.instance, needs=cleaned.get("needed") or [])
        except Refused as error:
            self.add_error("needed", error.sentence)
        return cleaned


@admin.register(Skill)
class SkillAdmin(AuditedAdmin):
    form = SkillForm
    list_display = ["name", "tier", "is_fundamental", "needs_builder", "order", "is_active", "people"]
    list_filter = ["tier", "pathways", "is_fundamental", "is_active"]
    list_editable = ["tier", "is_fundamental", "needs_builder", "order", "is_active"]
    search_fields = ["name", "summary"]
    filter_horizontal = ["pathways"]
    prepopulated_fields = {"slug": ["name"]}
    readonly_fields = ["uses"]
    change_list_template = "admin/pathways/skill/change_list.html"
    actions = ["make_fundamental", "make_plain"]

    def get_queryset(self, request: HttpRequest) -> Any:
        begun = ~Q(progress__status=Progress.Status.UNTOUCHED) & Q(progress__isnull=False)
        skills: QuerySet[Any] = super().get_queryset(request)
        return skills.annotate(count=Count("progress", filter=begun)).order_by("tier", "order", "name")

    @admin.display(description="People on it", ordering="count")
    def people(self, skill: Any) -> int:
        return int(skill.count)

    @admin.display(description="In use by")
    def uses(self, skill: Skill) -> str:
        if skill._state.adding:
            return "Nothing yet."
        return " ".join(services.describe_uses(skill))

    def get_actions(self, request: HttpRequest) -> dict[str, Any]:
        """Adds two actions for each pathway: put the chosen skills on it, and take them off it."""
        actions = super().get_actions(request)
        if self.has_change_permission(request):
            for pathway in Pathway.objects.all():
                for name, label, is_on in (("on", "Put on", True), ("off", "Take off", False)):
                    key = f"{name}_{pathway.slug}"
                    actions[key] = (_pathway_action(pathway, is_on=is_on), key, f"{label} {pathway}")
        return actions

    @admin.action(description="Make fundamental", permissions=["change"])
    def make_fundamental(self, request: HttpRequest, skills: QuerySet[Skill]) -> None:
        self._set_fundamental(request, skills, is_fundamental=True)

    @admin.action(description="No longer fundamental", permissions=["change"])
    def make_plain(self, request: HttpRequest, skills: QuerySet[Skill]) -> None:
        self._set_fundamental(request, skills, is_fundamental=False)

    def _set_fundamental(self, request: HttpRequest, skills: QuerySet[Skill], *, is_fundamental: bool) -> None:
        slugs = sorted(skills.values_list("slug", flat=True))
        count = Skill.objects.filter(slug__in=slugs).update(is_fundamental=is_fundamental)
        audit.record(
            actor=request.user, action="skills changed together", subject="catalogue", before={"skills": slugs},
            after={"is_fundamental": is_fundamental},
        )  # fmt: skip
        self.message_user(request, f"{count} changed.")

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:  # noqa: FBT001  (Django's signature)
        super().save_model(request, obj, form, change)
        if change and "is_active" in form.changed_data and not obj.is_active:
            for pathway in obj.pathways.all():
                complete_finished(pathway=pathway, now=clock.now())
            self.message_user(
                request,
                f"{obj} has been removed from every pathway. {services.describe_progress(obj)}",
                messages.WARNING,
            )

    def save_related(self, request: HttpRequest, form: Any, formsets: Any, change: bool) -> None:  # noqa: FBT001  (Django's signature)
        if "pathways" in form.cleaned_data:
            services.set_pathways(skill=form.instance, pathways=form.cleaned_data["pathways"])
        super().save_related(request, form, formsets, change)
        if "needed" in form.cleaned_data:
            services.set_prerequisites(skill=form.instance, needs=form.cleaned_data["needed"])

    # Export and import of the whole catalogue

    def get_urls(self) -> list[URLPattern]:
        catalogue = self.admin_site.admin_view(self.catalogue)
        return [path("catalogue/", catalogue, name="pathways_catalogue"), *super().get_urls()]

    def catalogue(self, request: HttpRequest) -> HttpResponse:
        """Downloads the catalogue as YAML or JSON, and imports it after showing what the import would change."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        if how := request.GET.get("as"):
            how = "json" if how == "json" else "yaml"
            response = HttpResponse(interchange.serialise(how), content_type=f"application/{how}; charset=utf-8")
            response["Content-Disposition"] = f'attachment; filename="catalogue.{how}"'
            return response
        context: dict[str, Any] = {**self.admin_site.each_context(request), "title": "Export or import the catalogue"}
        context["may_change"] = self.has_change_permission(request)
        if request.method == "POST":
            if not self.has_change_permission(request):
                raise PermissionDenied
            context |= self._import(request)
            if context.get("is_done"):
                return redirect("admin:pathways_skill_changelist")
        return render(request, "admin/pathways/skill/catalogue.html", context)

    def _import(self, request: HttpRequest) -> dict[str, Any]:
        upload = request.FILES.get("file")
        try:
            text = upload.read().decode() if upload else request.POST.get("text", "")
            document = interchange.parse(text)
            if "sure" not in request.POST:
                return {"text": text, "differences": interchange.differences(document), "is_looked_at": True}
            differences = interchange.import_catalogue(document)
        except UnicodeDecodeError:
            return {"problems": ["This file is not UTF-8 text."]}
        except interchange.InvalidCatalogue as error:
            return {"problems": error.lines}
        changed_fields = {
            f"{difference.kind} {difference.slug}": sorted(difference.fields) for difference in differences
        }
        audit.record(
            actor=request.user, action="catalogue read in", subject="catalogue", before=None, after=changed_fields
        )
        self.message_user(request, f"{len(differences)} changed.")
        return {"is_done": True}


def _pathway_action(pathway: Pathway, *, is_on: bool) -> Any:
    def act(model_admin: SkillAdmin, request: HttpRequest, skills: QuerySet[Skill]) -> None:
        chosen = list(skills)
        for skill in chosen:
            others = set(skill.pathways.all()) - {pathway}
            services.set_pathways(skill=skill, pathways=[*others, pathway] if is_on else others)
        audit.record(
            actor=request.user, action="skills changed together", subject=pathway, before=None,
            after={"on" if is_on else "off": sorted(skill.slug for skill in chosen)},
        )  # fmt: skip
        model_admin.message_user(request, f"{len(chosen)} {'put on' if is_on else 'taken off'} {pathway}.")

    return act


@admin.register(Badge)
class BadgeAdmin(AuditedAdmin):
    list_display = ["name", "audience", "how_to_get_it", "counts", "is_hidden", "order", "is_active", "holders"]
    list_editable = ["order", "is_active"]
    list_filter = ["audience", "rule", "pathway", "is_hidden", "is_active"]
    list_select_related = ["skill", "pathway"]
    prepopulated_fields = {"slug": ["name"]}
    readonly_fields = ["holders"]

    def get_queryset(self, request: HttpRequest) -> Any:
        standing = Q(awards__isnull=False, awards__revoked_at__isnull=True)
        badges: QuerySet[Any] = super().get_queryset(request)
        return badges.annotate(holder_count=Count("awards", filter=standing)).order_by("order", "name")

    @admin.display(description="How to get it")
    def how_to_get_it(self, badge: Badge) -> str:
        return badge.how

    @admin.display(description="Who has it")
    def holders(self, badge: Any) -> int:
        return int(getattr(badge, "holder_count", 0) or 0)


class EnrolmentEventInline(ReadOnlyPart):
    model = EnrolmentEvent
    fields = ("at", "verb", "by", "builder")


@admin.register(Enrolment)
class EnrolmentAdmin(ReadOnlyAdmin):
    list_display = ["client", "pathway", "builder", "status", "created_at", "ended_at"]
    list_filter = ["status", "pathway"]
    list_select_related = ["client", "pathway", "builder"]
    search_fields = ["client__email", "client__display_name", "builder__display_name"]
    show_full_result_count = False
    inlines = [EnrolmentEventInline]


class ProgressEventInline(ReadOnlyPart):
    model = ProgressEvent
    fields = ("at", "verb", "by", "comment")


@admin.register(Progress)
class ProgressAdmin(ReadOnlyAdmin):
    list_display = ["client", "skill", "status", "asked_at", "completed_at", "verified_by"]
    list_filter = ["status", "skill"]
    list_select_related = ["client", "skill", "verified_by"]
    search_fields = ["client__email", "client__display_name"]
    show_full_result_count = False
    inlines = [ProgressEventInline]


class GoalStepInline(ReadOnlyPart):
    model = GoalStep
    fields = ("text", "done_at")


class GoalEventInline(ReadOnlyPart):
    model = GoalEvent
    fields = ("at", "verb", "by", "deadline")


@admin.register(Goal)
class GoalAdmin(ReadOnlyAdmin):
    list_display = ["title", "client", "kind", "status", "deadline", "shared_with", "suggested_by"]
    list_filter = ["status", "kind"]
    list_select_related = ["client", "shared_with", "suggested_by"]
    search_fields = ["client__email", "client__display_name", "title"]
    show_full_result_count = False
    inlines = [GoalStepInline, GoalEventInline]


@admin.register(CompletedSession)
class CompletedSessionAdmin(ReadOnlyAdmin):
    list_display = ["client", "builder", "pathway", "starts_at", "minutes"]
    list_filter = ["pathway"]
    list_select_related = ["client", "builder", "pathway"]
    search_fields = ["client__email", "client__display_name"]
    show_full_result_count = False


@admin.register(AnsweredRequest)
class AnsweredRequestAdmin(ReadOnlyAdmin):
    list_display = ["builder", "asked_at", "answered_at"]
    list_select_related = ["builder"]
    search_fields = ["builder__email", "builder__display_name"]
    show_full_result_count = False


@admin.register(Award)
class AwardAdmin(ReadOnlyAdmin):
    list_display = ["client", "badge", "level", "awarded_at", "revoked_at", "page"]
    list_filter = ["badge"]
    list_select_related = ["client", "badge"]
    search_fields = ["client__email", "client__display_name"]
    show_full_result_count = False

    @admin.display(description="Its page")
    def page(self, award: Award) -> str:
        return format_html('<a href="{}">Public</a>', award.get_absolute_url()) if award.is_public else "Not shown"
