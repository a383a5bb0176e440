"""Pages on which builders see disputes of their payments and add to the evidence."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe

from accounts.access import SignedInRequest
from core import clock
from core.access import signed_in
from core.errors import Refused
from core.forms import add_refusal
from core.requests import find_or_404
from core.uploads import download_response
from payments.disputes import queries, services
from payments.disputes.forms import BuilderEvidenceForm
from payments.disputes.models import DisputeFile, PaymentDispute

SAVED = "Saved. Support will submit it to the bank with the rest of the evidence."


@require_safe
@signed_in
def disputes(request: SignedInRequest) -> HttpResponse:
    """Lists the disputes of the reader's payments."""
    context = {"disputes": queries.disputes_of(request.user), "now": clock.now()}
    return render(request, "payments/disputes/disputes.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@signed_in
def dispute(request: SignedInRequest, pk: UUID) -> HttpResponse:
    """Shows a dispute, and takes the builder's statement and files while there is time."""
    row, now = _own(request, pk), clock.now()
    form = BuilderEvidenceForm(request.POST or None, request.FILES or None, initial={"statement": row.statement})
    if request.method == "POST" and "remove" in request.POST:
        return _remove(request, row)
    if request.method == "POST" and form.is_valid():
        statement, file = form.cleaned_data["statement"], form.cleaned_data["file"] or None
        try:
            services.save_statement(dispute=row, statement=statement, file=file, by=request.user)
        except Refused as error:
            add_refusal(form, error)
        else:
            messages.success(request, SAVED)
            return redirect("payments:dispute", pk=row.pk)
    context = {
        "dispute": row, "form": form, "now": now, "accepts_statement": row.accepts_statement(now), "files": row.files.all(),
        "evidence": services.latest_evidence(row),
    }  # fmt: skip
    return render(request, "payments/disputes/dispute.html", context, status=422 if form.errors else 200)


def _remove(request: SignedInRequest, row: PaymentDispute) -> HttpResponse:
    file = find_or_404(row.files.all(), request.POST["remove"])
    try:
        services.remove_file(file=file, by=request.user)
    except Refused as error:
        messages.error(request, error.sentence)
    else:
        messages.success(request, f"{file.name} was removed.")
    return redirect(reverse("payments:dispute", args=[row.pk]))


@require_safe
@signed_in
def dispute_document(request: SignedInRequest, pk: UUID) -> HttpResponseBase:
    """Sends the latest document of the evidence."""
    row = get_object_or_404(PaymentDispute.objects.visible_to(request.user).select_related("payment"), pk=pk)
    evidence = get_object_or_404(row.evidence.order_by("-version")[:1])
    return download_response(request, evidence.document, f"evidence-{row.payment.subject_reference}.pdf")


@require_safe
@signed_in
def dispute_file(request: SignedInRequest, pk: UUID, file: UUID) -> HttpResponseBase:
    """Sends a file that the builder has added."""
    rows = DisputeFile.objects.filter(dispute__in=PaymentDispute.objects.visible_to(request.user), dispute=pk)
    row = get_object_or_404(rows, pk=file)
    return download_response(request, row.file, row.name)


def _own(request: SignedInRequest, pk: UUID) -> PaymentDispute:
    """Returns a dispute of a payment to the reader; one of somebody else is a 404."""
    rows = PaymentDispute.objects.filter(payment__payee=request.user)
    return get_object_or_404(rows.select_related("payment__payee", "payment__payer"), pk=pk)
