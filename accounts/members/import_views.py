"""The pages of importing members: sending a file, what its check has found, its errors as a file, and importing it."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe

from accounts.access import SignedInRequest
from accounts.members import imports
from accounts.members.forms import ImportForm
from accounts.members.tables import HEADER, RowError
from accounts.models import MemberImport
from accounts.roles import Role
from core.access import role_required
from core.csv_export import csv_response
from core.errors import Refused
from core.forms import add_refusal
from core.htmx import render_page

MOST_ERRORS = 100  # on the page; the file has all
MOST_IMPORTS = 20


@role_required(Role.ADMIN)
@require_http_methods(["GET", "HEAD", "POST"])
def import_members(request: SignedInRequest) -> HttpResponse:
    """Takes a file and checks it, and lists earlier imports."""
    form = ImportForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        file = form.cleaned_data["file"]
        try:
            row = imports.begin(
                content=file.read(), name=file.name, by=request.user,
                allows_incomplete=form.cleaned_data["allows_incomplete"],
            )  # fmt: skip
        except Refused as refused:
            add_refusal(form, refused)
        else:
            return redirect("accounts:member_import", pk=row.pk)
    context = {
        "here": "accounts:members",
        "form": form,
        "columns": HEADER,
        "imports": MemberImport.objects.select_related("imported_by").defer("errors")[:MOST_IMPORTS],
    }
    return render(request, "accounts/members/import_members.html", context, status=422 if form.errors else 200)


@role_required(Role.ADMIN)
@require_http_methods(["GET", "HEAD", "POST"])
def member_import(request: SignedInRequest, pk: UUID) -> HttpResponse:
    """Shows what the check has found, then how far the import is and what it did."""
    row = get_object_or_404(MemberImport.objects.select_related("imported_by"), pk=pk)
    if request.method == "POST":
        try:
            imports.start(row=row, by=request.user)
        except Refused as refused:
            messages.error(request, refused.sentence)
        return redirect("accounts:member_import", pk=pk)
    context = {
        "here": "accounts:members",
        "row": row,
        "errors": [RowError(*error) for error in row.errors[:MOST_ERRORS]],
        "good": row.added + row.changed + row.unchanged,
        "is_busy": row.state in (MemberImport.State.CHECKING, MemberImport.State.SAVING),
        "address": reverse("accounts:member_import", args=[row.pk]),
    }
    return render_page(request, "accounts/members/member_import.html", context, parts=("progress",))


@role_required(Role.ADMIN)
@require_safe
def import_errors(request: SignedInRequest, pk: UUID) -> HttpResponse:
    """Returns all errors of an import as a CSV file."""
    row = get_object_or_404(MemberImport, pk=pk)
    rows = ((error.row, error.column, error.why) for error in (RowError(*values) for values in row.errors))
    return csv_response("errors.csv", ("Row", "Column", "What is wrong"), rows)
