"""The pages of referrals for staff: the list with its report, one referral, and the rules."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods, require_safe

from accounts.access import SignedInRequest
from accounts.roles import STAFF, Role
from core import clock
from core.access import role_required
from core.cursors import page_of
from core.errors import Refused
from referrals import qualifying, queries, services
from referrals.forms import DecisionForm, RuleForm, StatusForm
from referrals.models import Referral, ReferralStatus, RewardRule

HERE = "referrals:referrals"
PAGE_SIZE = 50


@role_required(*STAFF)
@require_safe
def referrals(request: SignedInRequest) -> HttpResponse:
    """Lists the referrals, those of one status if asked for, below the report."""
    form = StatusForm(request.GET)
    status = form.cleaned_data["status"] if form.is_valid() else ""
    rows = Referral.objects.select_related("referrer", "friend").prefetch_related("rewards")
    rows = rows.filter(status=status) if status else rows
    cursor = request.GET.get("cursor")
    page = page_of(rows, order=("-joined_at", "-id"), limit=PAGE_SIZE, cursor=cursor, filters=status)
    report = queries.report(clock.now())
    counts = [(value, ReferralStatus(value).label, count) for value, count in report.counts.items()]
    context = {"here": HERE, "page": page, "status": status, "report": report, "counts": counts}
    return render(request, "referrals/referrals.html", context)


@role_required(*STAFF)
@require_http_methods(["GET", "HEAD", "POST"])
def referral(request: SignedInRequest, pk: UUID) -> HttpResponse:
    """Shows one referral with what is suspicious about it, and rewards or refuses it."""
    rows = Referral.objects.select_related("referrer", "friend", "booking", "code", "rule", "decided_by")
    shown = get_object_or_404(rows.prefetch_related("rewards__person"), pk=pk)
    form = DecisionForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        decide = qualifying.approve if form.cleaned_data["act"] == "approve" else qualifying.refuse
        try:
            decide(referral_id=shown.pk, by=request.user, note=form.cleaned_data["note"])
        except Refused as refused:
            messages.error(request, refused.text)
        else:
            messages.success(request, "Decided.")
        return redirect(HERE)
    context = {
        "here": HERE,
        "referral": shown,
        "form": form,
        "is_waiting": shown.status == ReferralStatus.QUALIFIED,
    }
    return render(request, "referrals/referral.html", context, status=422 if form.errors else 200)


@role_required(Role.ADMIN)
@require_http_methods(["GET", "HEAD", "POST"])
def rules(request: SignedInRequest) -> HttpResponse:
    """Shows the rules of both kinds, and saves one of them."""
    latest = {rule.kind: rule for rule in RewardRule.objects.order_by("created_at", "id")}
    sent = request.POST.get("kind", "") if request.method == "POST" else ""
    forms = [
        RuleForm(request.POST if kind == sent else None, kind=kind, rule=latest.get(kind))
        for kind in RewardRule.Kind.values
    ]
    form = next((form for form in forms if form.kind == sent), None)
    if form is not None and form.is_valid():
        services.save_rule(rule=form.rule, by=request.user)
        messages.success(request, "Saved. It holds for everybody who joins from now on.")
        return redirect("referrals:rules")
    context = {"here": HERE, "forms": forms}
    return render(request, "referrals/rules.html", context, status=422 if form is not None and form.errors else 200)
