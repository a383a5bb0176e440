"""The page of the audit, with filters, and its download."""

from __future__ import annotations

from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_safe

from accounts.access import SignedInRequest
from accounts.roles import STAFF
from core import audit as audit_log
from core.access import role_required
from core.csv_export import csv_response
from core.cursors import page_of
from core.models import AuditEntry
from operations.audit import queries
from operations.audit.forms import AuditFilterForm
from operations.rights import has_right
from operations.tables import ShownCell, ShownTable, actor_of, facts_of, subjects_in

HERE = "operations:audit"
ROWS = 50
MOST_DOWNLOADED = 10_000


@role_required(*STAFF)
@require_safe
def audit(request: SignedInRequest) -> HttpResponse:
    """Shows the rows that the filters leave, the latest first, and how far they are chained."""
    form = AuditFilterForm(request.GET)
    filters = form.cleaned_data if form.is_valid() else {}
    page = page_of(
        queries.entries(filters), order=("-id",), limit=ROWS, cursor=request.GET.get("cursor"), filters=filters
    )
    subjects = subjects_in(page.rows)
    rows = [
        [
            ShownCell(entry.action.capitalize(), more=facts_of(entry)),
            ShownCell(actor_of(entry)),
            subjects[entry.subject],
            ShownCell(at=entry.at),
        ]
        for entry in page.rows
    ]
    context = {
        "here": HERE,
        "form": form,
        "table": ShownTable(("Action", "By", "About", "When"), rows, page.next_cursor),
        "seal": queries.last_seal(),
        "may_download": has_right(request.user, "download-audit"),
    }
    return render(request, "operations/audit/audit.html", context, status=422 if form.errors else 200)


@role_required(*STAFF)
@require_safe
def audit_csv(request: SignedInRequest) -> HttpResponse:
    """Sends the rows that the filters leave as a CSV file, at most ten thousand, to those who may download it. With a
    filter that is wrong it leads to the page that says so, instead of sending all rows."""
    if not has_right(request.user, "download-audit"):
        raise PermissionDenied
    form = AuditFilterForm(request.GET)
    if not form.is_valid():
        return redirect(f"{reverse('operations:audit')}?{request.GET.urlencode()}")
    rows = [
        (entry.at.isoformat(), actor_of(entry), entry.action, entry.subject, facts_of(entry), entry.request_id)
        for entry in queries.entries(form.cleaned_data).order_by("-id")[:MOST_DOWNLOADED]
    ]
    audit_log.record_download(actor=request.user, subject=AuditEntry._meta.label_lower, rows=len(rows))
    return csv_response("audit.csv", ("at", "by", "action", "about", "facts", "request"), rows)
