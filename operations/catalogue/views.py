"""The pages of services, towns and professional roles: a list, and one row with a form."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.core.paginator import Paginator
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_safe

from accounts.access import SignedInRequest
from accounts.roles import Role
from core import audit
from core.access import role_required
from core.characters import validate_characters
from core.errors import Refused
from core.forms import add_refusal
from core.htmx import render_page
from core.models import AuditEntry
from operations.catalogue import services
from operations.catalogue.forms import PlaceForm, ProfessionalRoleForm, RowForm, ServiceForm
from operations.catalogue.kinds import KINDS, CatalogueKind

HERE = "pathways:catalogue"
FORMS: dict[str, type[RowForm]] = {"services": ServiceForm, "roles": ProfessionalRoleForm, "towns": PlaceForm}
PAGE_SIZE = 50
MOST_CHANGES = 10


@role_required(Role.ADMIN)
@require_safe
def catalogue_rows(request: SignedInRequest, kind: str) -> HttpResponse:
    """Lists the rows of a kind, with a search."""
    shown = _kind(kind)
    text = request.GET.get("q", "").strip()[:80]
    matching = shown.rows.filter(shown.search(text)) if text and _is_clean(text) else shown.rows
    page = Paginator(matching, PAGE_SIZE).get_page(request.GET.get("page"))
    rows = [(row, [(label, read(row)) for label, read in shown.columns]) for row in page.object_list]
    context = {"here": HERE, "kind": shown, "page": page, "rows": rows, "text": text}
    return render_page(request, "operations/catalogue/catalogue_rows.html", context, parts=("rows",))


def _is_clean(text: str) -> bool:
    try:
        validate_characters(text)
    except ValidationError:
        return False
    return True


@role_required(Role.ADMIN)
@require_http_methods(["GET", "HEAD", "POST"])
def new_catalogue_row(request: SignedInRequest, kind: str) -> HttpResponse:
    """Adds a row."""
    return _form_page(request, _kind(kind), None)


@role_required(Role.ADMIN)
@require_http_methods(["GET", "HEAD", "POST"])
def catalogue_row(request: SignedInRequest, kind: str, slug: str) -> HttpResponse:
    """Changes a row, retires it, or lets people choose it again, and shows where it is used."""
    shown = _kind(kind)
    row = shown.rows.filter(pk=slug).first() if shown.slug != "towns" or (slug.isdecimal() and len(slug) < 11) else None
    if row is None:
        raise Http404
    if (act := request.POST.get("act")) in ("retire", "restore"):
        services.change(kind=shown, row=row, values={"is_offered": act == "restore"}, by=request.user)
        words = "can be chosen again" if act == "restore" else "cannot be chosen any more. Who has it keeps it"
        messages.success(request, f"{row} {words}.")
        return redirect("operations:catalogue_row", kind, slug)
    return _form_page(request, shown, row)


def _kind(slug: str) -> CatalogueKind:
    if slug not in KINDS:
        raise Http404
    return KINDS[slug]


def _form_page(request: SignedInRequest, kind: CatalogueKind, row: Any) -> HttpResponse:
    form = FORMS[kind.slug](request.POST or None, row=row)
    if request.method == "POST" and form.is_valid():
        try:
            if row is None:
                row = services.add(kind=kind, values=form.values, by=request.user)
            else:
                services.change(kind=kind, row=row, values=form.values, by=request.user)
        except Refused as refused:
            add_refusal(form, refused)
        else:
            messages.success(request, f"{form.cleaned_data['name']} has been saved.")
            return redirect("operations:catalogue_row", kind.slug, row.pk)
    entries = AuditEntry.objects.filter(subject=audit.name_of(row)).select_related("actor") if row else ()
    context = {
        "here": HERE,
        "kind": kind,
        "row": row,
        "form": form,
        "uses": kind.uses(row) if row else [],
        "changes": entries[:MOST_CHANGES],
    }
    return render(request, "operations/catalogue/catalogue_row.html", context, status=422 if form.errors else 200)
