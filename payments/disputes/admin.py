"""Disputes at banks in the admin: the queue with its deadlines, and the page on which support submits the evidence."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db.models import Case, F, QuerySet, Value, When
from django.db.models.functions import Now
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.timesince import timeuntil

from accounts.models import User
from core import clock
from core.admin import ReadOnlyAdmin, StaffActs
from core.errors import Refused
from core.uploads import download_response
from payments.disputes import services
from payments.disputes.evidence import TEXTS
from payments.disputes.forms import SubmitForm
from payments.disputes.models import DisputeEvidence, DisputeFile, PaymentDispute
from payments.disputes.states import ANSWERABLE


@admin.register(PaymentDispute)
class PaymentDisputeAdmin(StaffActs):
    """Those that need evidence first, by the bank's deadline."""

    list_display = ["subject", "builder", "sum", "why", "state", "time_left", "builder_has", "opened_at"]
    list_filter = ["status", "currency", ("asked_at", admin.EmptyFieldListFilter)]
    list_select_related = ["payment__payee", "payment__payer", "asked_by"]
    search_fields = [
        "payment__subject_reference", "=provider_id", "payment__payee__display_name", "payment__payee__email",
        "payment__payer__display_name", "payment__payer__email",
    ]  # fmt: skip
    date_hierarchy = "opened_at"
    fields = readonly_fields = (
        "to_submit", "payment", "builder", "sum", "why", "state", "problem", "is_withdrawn", "time_left",
        "evidence_due_at", "builder_until", "statement", "added_files", "documents", "opened_at", "closed_at", "asked_at",
        "asked_by", "sent_at", "provider_id",
    )  # fmt: skip

    def get_queryset(self, request: HttpRequest) -> QuerySet[PaymentDispute]:
        is_waiting = When(status__in=ANSWERABLE, asked_at=None, then=Value(0))
        rows: QuerySet[PaymentDispute] = super().get_queryset(request)
        rows = rows.annotate(read_at=Now())
        return rows.order_by(
            Case(is_waiting, default=Value(1)), F("evidence_due_at").asc(nulls_last=True), "-opened_at"
        )

    @admin.display(description="payment")
    def subject(self, row: PaymentDispute) -> str:
        return row.payment.subject_reference

    @admin.display
    def builder(self, row: PaymentDispute) -> str:
        return row.payment.payee_name

    @admin.display
    def sum(self, row: PaymentDispute) -> str:
        return row.money.shown()

    @admin.display
    def why(self, row: PaymentDispute) -> str:
        return row.reason_in_words

    @admin.display(description="status")
    def state(self, row: PaymentDispute) -> str:
        if row.is_open and row.asked_at is not None:
            return "Submitted, the bank is deciding" if row.sent_at else "Being submitted"
        return row.get_status_display()

    @admin.display(description="time left for the bank")
    def time_left(self, row: PaymentDispute) -> str:
        if not row.is_answerable or row.evidence_due_at is None:
            return ""
        now = _now(row)
        return timeuntil(row.evidence_due_at, now) if row.evidence_due_at > now else "over"

    @admin.display(description="the builder can add for")
    def builder_has(self, row: PaymentDispute) -> str:
        now = _now(row)
        return timeuntil(row.builder_until, now) if row.accepts_statement(now) else ""

    @admin.display(description="evidence")
    def to_submit(self, row: PaymentDispute) -> SafeString:
        page = reverse("admin:payments_paymentdispute_submit", args=[row.pk])
        label = "Read it and submit it to the bank" if row.is_answerable else "Read what was prepared"
        return format_html('<a href="{}">{}</a>', page, label)

    @admin.display(description="files of the builder")
    def added_files(self, row: PaymentDispute) -> SafeString:
        return format_html_join(", ", '<a href="{}">{}</a>', ((_address(row, file.pk), file.name) for file in row.files.all()))  # fmt: skip

    @admin.display(description="documents")
    def documents(self, row: PaymentDispute) -> SafeString:
        rows = row.evidence.order_by("-version")
        return format_html_join(", ", '<a href="{}">version {}</a>', ((_address(row, part.pk), part.version) for part in rows))  # fmt: skip

    def get_urls(self) -> list[URLPattern]:
        view = self.admin_site.admin_view
        return [
            path("<uuid:pk>/submit/", view(self.submit), name="payments_paymentdispute_submit"),
            path("<uuid:pk>/files/<uuid:part>/", view(self.file), name="payments_paymentdispute_file"),
            *super().get_urls(),
        ]

    def submit(self, request: HttpRequest, pk: Any) -> HttpResponse:
        """Shows the evidence that the bank will receive, and submits it after confirmation."""
        by = self._staff(request)
        row = get_object_or_404(PaymentDispute.objects.select_related("payment__payee", "payment__payer"), pk=pk)
        evidence, now = services.latest_evidence(row), clock.now()
        form = SubmitForm(request.POST or None, initial={"evidence": evidence.pk if evidence else None})
        if request.method == "POST" and form.is_valid():
            read = get_object_or_404(DisputeEvidence, pk=form.cleaned_data["evidence"], dispute=row)
            try:
                services.submit(dispute=row, evidence=read, by=by)
            except Refused as error:
                messages.error(request, error.sentence)
            else:
                messages.success(request, "The evidence is being submitted to the bank.")
            return redirect("admin:payments_paymentdispute_change", row.pk)
        texts = evidence.texts if evidence else {}
        context = {
            **self.admin_site.each_context(request), "title": f"Evidence for {row.payment.subject_reference}",
            "opts": self.opts, "dispute": row, "evidence": evidence, "form": form, "files": row.files.all(),
            "texts": [(label, texts[name]) for name, label in TEXTS.items() if name in texts],
            "accepts_statement": row.accepts_statement(now), "time_left": self.time_left(row),
        }  # fmt: skip
        return TemplateResponse(
            request, "admin/payments/paymentdispute/submit.html", context, status=422 if form.errors else 200
        )

    def file(self, request: HttpRequest, pk: Any, part: Any) -> HttpResponseBase:
        """Sends a document of the evidence, or a file that the builder has added."""
        self._staff(request)
        evidence = DisputeEvidence.objects.filter(dispute=pk, pk=part).first()
        if evidence is not None:
            return download_response(request, evidence.document, f"evidence-{evidence.version}.pdf")
        row = get_object_or_404(DisputeFile, dispute=pk, pk=part)
        return download_response(request, row.file, row.name)

    def _staff(self, request: HttpRequest) -> User:
        if not self.has_act_permission(request):
            raise PermissionDenied
        assert isinstance(request.user, User)
        return request.user


@admin.register(DisputeEvidence)
class DisputeEvidenceAdmin(ReadOnlyAdmin):
    list_display = ["dispute", "version", "size", "staged_at", "created_at"]
    list_select_related = ["dispute__payment"]
    exclude = ["document"]


def _now(row: PaymentDispute) -> datetime:
    """Returns when the row was read by the list, or else the present time, which is a query."""
    read_at: datetime | None = getattr(row, "read_at", None)
    return read_at or clock.now()


def _address(row: PaymentDispute, part: Any) -> str:
    return reverse("admin:payments_paymentdispute_file", args=[row.pk, part])
