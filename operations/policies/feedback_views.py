"""What people said about using Waymark: the report, and its download."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from accounts.access import SignedInRequest
from accounts.roles import STAFF
from core import clock
from core.access import role_required
from core.csv_export import csv_response
from core.cursors import page_of
from core.feedback.queries import all_feedback, report
from operations.rights import require_right

HERE = "operations:policies"
HEAD = ("When", "Occasion", "Booking", "Was it easy", "Words")
MOST_ROWS = 20_000  # of a download


@role_required(*STAFF)
@require_safe
def feedback_report(request: SignedInRequest) -> HttpResponse:
    """Shows the last twelve weeks as a chart, and what people wrote. Two queries."""
    require_right(request.user, "read-feedback")
    shows_all = request.GET.get("show") == "all"
    rows = all_feedback(with_words=not shows_all)
    page = page_of(rows, order=("-id",), limit=50, cursor=request.GET.get("cursor"), filters=shows_all)
    context = {"here": HERE, "report": report(clock.now()), "page": page, "shows_all": shows_all}
    return render(request, "operations/policies/feedback_report.html", context)


@role_required(*STAFF)
@require_safe
def feedback_csv(request: SignedInRequest) -> HttpResponse:
    """Downloads what people said, without who it was."""
    require_right(request.user, "read-feedback")
    easy = {True: "yes", False: "no", None: ""}
    rows = (
        (row.created_at.isoformat(), row.get_occasion_display(), row.reference, easy[row.was_easy], row.text)
        for row in all_feedback(with_words=False)[:MOST_ROWS]
    )
    return csv_response("feedback.csv", HEAD, rows)
