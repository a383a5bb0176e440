"""The pages on which admins edit the catalogue: the pathways, the tree of one, its preview, and import and export."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.http import urlencode
from django.views.decorators.http import require_http_methods, require_safe

from accounts.access import SignedInRequest
from accounts.models import User
from accounts.roles import Role
from core.access import role_required
from core.errors import Refused
from core.forms import add_refusal
from core.htmx import render_page
from core.models import AuditEntry
from core.requests import find_or_404
from pathways.catalogue import interchange
from pathways.catalogue.services import describe_uses
from pathways.catalogue.skill_tree import draw_tree, skills_by_tier
from pathways.editing import queries, services
from pathways.editing.forms import CatalogueImportForm, PathwayForm, SkillForm
from pathways.editing.queries import STAGE_LABELS, PreviewStage
from pathways.editing.sentences import describe_difference, load_names
from pathways.models import Pathway, Skill

HERE = "pathways:catalogue"


@role_required(Role.ADMIN)
@require_safe
def catalogue(request: SignedInRequest) -> HttpResponse:
    """Lists the pathways, with links to their trees and to the other parts of the catalogue."""
    context = {"here": HERE, "pathways": queries.pathways_with_counts()}
    return render(request, "pathways/editing/catalogue.html", context)


# The tree ---------------------------------------------------------------------------------------------------


@role_required(Role.ADMIN)
@require_http_methods(["GET", "HEAD", "POST"])
def edit_tree(request: SignedInRequest, slug: str) -> HttpResponse:
    """Shows the tree with a form beside it, and makes one change of it."""
    pathway = get_object_or_404(Pathway, slug=slug)
    act = request.POST.get("act", "")
    if request.method == "POST" and act in ("add", "save"):
        return _save_skill(request, pathway, is_new=act == "add")
    is_part = bool(getattr(request, "htmx", None))
    refusal, entry = "", None
    if request.method == "POST":
        try:
            entry = _change(request, pathway, act)
        except Refused as refused:
            refusal = refused.text
        if not is_part and not refusal:
            return redirect(_address(pathway, request.POST.get("skill", ""), entry))
    status = 422 if refusal and not is_part else 200  # htmx shows no part that comes with an error
    return _render_tree(request, pathway, entry=entry, refusal=refusal, status=status)


def _save_skill(request: SignedInRequest, pathway: Pathway, *, is_new: bool) -> HttpResponse:
    """Adds a skill from the form, or changes the chosen one."""
    skill = None if is_new else _skill(request.POST.get("skill", ""))
    form = SkillForm(request.POST, pathway=pathway, skill=skill)
    if form.is_valid():
        try:
            if skill is None:
                skill = services.add_skill(pathway=pathway, values=form.values, by=request.user)
                messages.success(request, f"“{skill}” is on the tree. Clients see it now.")
                return redirect(_address(pathway, skill.slug, None))
            entry = services.change_skill(skill=skill, changes=form.values, by=request.user)
        except Refused as refused:
            add_refusal(form, refused)
        else:
            return redirect(_address(pathway, skill.slug, entry))
    return _render_tree(request, pathway, form=form, chosen=skill, status=422)


Change = Callable[[SignedInRequest, Pathway, User], AuditEntry | None]
QUICK_CHANGES: dict[str, Callable[[SignedInRequest], dict[str, Any]]] = {
    "move": lambda request: {"tier": _tier(request)},
    "fundamental": lambda request: {"is_fundamental": request.POST.get("value") == "yes"},
    "retire": lambda request: {"is_active": False},
    "restore": lambda request: {"is_active": True},
}


def _change(request: SignedInRequest, pathway: Pathway, act: str) -> AuditEntry | None:
    """Makes the change that a button, a key or a drag asks for."""
    if act == "undo":
        entry = find_or_404(AuditEntry.objects.filter(action__in=services.ACTIONS), request.POST.get("entry"))
        return services.undo(entry=entry, by=request.user)
    skill = _skill(request.POST.get("skill", ""))
    if act in ("connect", "disconnect"):
        change = services.connect if act == "connect" else services.disconnect
        return change(skill=skill, needed=_skill(request.POST.get("needed", "")), by=request.user)
    if act in ("put_on", "take_off"):
        place = services.put_on if act == "put_on" else services.take_off
        return place(skill=skill, pathway=pathway, by=request.user)
    parse = QUICK_CHANGES.get(act)
    changes = parse(request) if parse else {}
    return services.change_skill(skill=skill, changes=changes, by=request.user)


def _skill(slug: str) -> Skill:
    return get_object_or_404(Skill.objects.complete(), slug=slug)


def _tier(request: SignedInRequest) -> int:
    text = request.POST.get("tier", "")
    return int(text) if text in ("1", "2", "3") else 0  # which the model refuses


def _address(pathway: Pathway, skill: str, entry: AuditEntry | None) -> str:
    query = {"skill": skill} if skill else {}
    if entry is not None:
        query["done"] = str(entry.pk)
    return f"{reverse('pathways:edit_tree', args=[pathway.slug])}?{urlencode(query)}#skill_tree"


def _render_tree(
    request: SignedInRequest,
    pathway: Pathway,
    *,
    form: SkillForm | None = None,
    chosen: Skill | None = None,
    entry: AuditEntry | None = None,
    refusal: str = "",
    status: int = 200,
) -> HttpResponse:
    skills = queries.skills_of(pathway)
    if chosen is None and form is None:
        slug = request.POST.get("skill") or request.GET.get("skill", "")
        chosen = next((skill for skill in skills if skill.slug == slug), None)
    if "done" in request.GET and request.method == "GET":
        entry = find_or_404(AuditEntry.objects.filter(action__in=services.ACTIONS), request.GET["done"])
    row = services.row_of(entry) if entry else None
    context = {
        "here": HERE,
        "pathway": pathway,
        "address": reverse("pathways:edit_tree", args=[pathway.slug]),
        "tree": queries.edited_tree(skills),
        "tiers": skills_by_tier(pathway, [skill for skill in skills if skill.is_active]),
        "retired": [skill for skill in skills if not skill.is_active],
        "others": Skill.objects.open().exclude(pathways=pathway),
        "chosen": {"skill": chosen} if chosen else None,
        "uses": describe_uses(chosen) if chosen else [],
        "later": chosen.opens.open() if chosen else [],
        "form": form or SkillForm(pathway=pathway, skill=chosen),
        "change": queries.change_of(entry, row) if entry and row else None,
        "refusal": refusal,
        "changes": queries.latest_changes(pathway, skills),
    }
    return render_page(request, "pathways/editing/edit_tree.html", context, parts=("skill_tree",), status=status)


@role_required(Role.ADMIN)
@require_safe
def preview_pathway(request: SignedInRequest, slug: str) -> HttpResponse:
    """Shows the pathway as a client sees it who has just begun, is half way, or has completed it."""
    pathway = get_object_or_404(Pathway, slug=slug)
    name = request.GET.get("stage", "")
    stage = PreviewStage(name) if name in set(PreviewStage) else PreviewStage.NEW
    progress = queries.preview(pathway, stage)
    standings = {standing.skill.pk: standing for standing in progress.standings}
    slug = request.GET.get("skill", "")
    address = reverse("pathways:preview_pathway", args=[pathway.slug])
    context = {
        "here": HERE,
        "pathway": pathway,
        "pathway_progress": progress,
        "tree": draw_tree([standing.skill for standing in progress.standings], standings),
        "chosen": next((standing for standing in progress.standings if standing.skill.slug == slug), None),
        "address": address,
        "query": f"&stage={stage}#panel",
        "stage": stage,
        "stages": STAGE_LABELS.items(),
    }
    return render(request, "pathways/editing/preview_pathway.html", context)


# Texts, export and import -----------------------------------------------------------------------------------


@role_required(Role.ADMIN)
@require_http_methods(["GET", "HEAD", "POST"])
def edit_pathway(request: SignedInRequest, slug: str) -> HttpResponse:
    """Changes the texts and the look of a pathway, or retires it."""
    pathway = get_object_or_404(Pathway, slug=slug)
    form = PathwayForm(request.POST or None, instance=pathway)
    if request.method == "POST" and form.is_valid():
        try:
            entry = services.change_pathway(pathway=pathway, changes=form.cleaned_data, by=request.user)
        except Refused as refused:
            add_refusal(form, refused)
        else:
            return redirect(_address(pathway, "", entry))
    context = {"here": HERE, "pathway": pathway, "form": form}
    return render(request, "pathways/editing/edit_pathway.html", context, status=422 if form.errors else 200)


@role_required(Role.ADMIN)
@require_http_methods(["GET", "HEAD", "POST"])
def new_pathway(request: SignedInRequest) -> HttpResponse:
    """Adds a pathway without skills."""
    form = PathwayForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            pathway = services.add_pathway(values=form.cleaned_data, by=request.user)
        except Refused as refused:
            add_refusal(form, refused)
        else:
            messages.success(request, f"{pathway} has been added. Now add its skills.")
            return redirect(_address(pathway, "", None))
    context = {"here": HERE, "form": form}
    return render(request, "pathways/editing/edit_pathway.html", context, status=422 if form.errors else 200)


@role_required(Role.ADMIN)
@require_safe
def export_pathway(request: SignedInRequest, slug: str) -> HttpResponse:
    """Downloads a pathway and its skills as JSON."""
    pathway = get_object_or_404(Pathway, slug=slug)
    return HttpResponse(
        interchange.serialise("json", pathway),
        content_type="application/json",
        headers={"Content-Disposition": f'attachment; filename="{pathway.slug}.json"'},
    )


@role_required(Role.ADMIN)
@require_http_methods(["GET", "HEAD", "POST"])
def import_pathways(request: SignedInRequest) -> HttpResponse:
    """Takes a document, says in words what importing it would change, and imports it when asked to."""
    context: dict[str, Any] = {"here": HERE}
    is_sure = request.POST.get("sure") == "yes"
    form = (
        CatalogueImportForm(request.POST, request.FILES)
        if request.method == "POST" and not is_sure
        else CatalogueImportForm()
    )
    text = request.POST.get("text", "") if is_sure else form.cleaned_data["file"] if form.is_valid() else None
    if text is not None:
        try:
            document = interchange.parse(text)
            if is_sure:
                count = len(services.import_document(document=document, by=request.user))
                messages.success(request, f"Imported. {count} pathways and skills have changed.")
                return redirect("pathways:catalogue")
            context |= {"text": text, "differences": _differences(document), "is_checked": True}
        except interchange.InvalidCatalogue as error:
            context["problems"] = error.lines
    has_failed = (form.is_bound and not form.is_valid()) or "problems" in context
    context["form"] = form
    return render(request, "pathways/editing/import_pathways.html", context, status=422 if has_failed else 200)


def _differences(document: dict[str, interchange.Entries]) -> list[tuple[interchange.Difference, list[str]]]:
    """Returns what the import would do, in words. Skills of pathways that are not in the document are left out."""
    names = load_names(document)
    concerned = set(Skill.objects.filter(pathways__slug__in=document["pathways"]).values_list("slug", flat=True))
    return [
        (difference, describe_difference(difference, names))
        for difference in interchange.check_import(document)
        if difference.what != "missing" or (difference.kind == "skill" and difference.slug in concerned)
    ]
