"""The page of a person's credits, and the page on which a gift is claimed."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.views import redirect_to_login
from django.db.models import Q
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.access import SignedInRequest
from core import clock, flags
from core.access import public, signed_in
from core.errors import Refused
from payments.account_credit import queries as account_credit
from payments.credits import gifts, notifications, queries, services
from payments.credits.models import CreditGrant
from payments.flags import PAYMENTS

MOST = 100


@signed_in
@require_safe
def my_credits(request: SignedInRequest) -> HttpResponse:
    """Lists the person's credits, with the gifts that they bought and nobody has claimed."""
    _check_flag(request)
    now = clock.now()
    mine = CreditGrant.objects.filter(holder=request.user).select_related("builder__builder_profile", "given_by")
    rows = queries.held(mine.order_by("-created_at")[:MOST])
    live = [row for row in rows if row.left > 0 and (row.grant.expires_at is None or row.grant.expires_at > now)]
    live.sort(key=lambda row: (row.grant.expires_at is None, row.grant.expires_at))
    gifts_claimed = CreditGrant.objects.filter(given_by=request.user).exclude(holder=request.user)
    context = {
        "usable": [row for row in live if not row.grant.is_waiting],
        "waiting": [(row, gifts.link_of(row.grant)) for row in live if row.grant.is_waiting],
        "ended": [row for row in rows if row not in live],
        "claimed_gifts": gifts_claimed.select_related("holder", "builder").order_by("-changed_at")[:MOST],
        "now": now,
        "account_credit": account_credit.credit_of(request.user.pk),
        "credit_changes": account_credit.changes_of(request.user.pk),
    }
    return render(request, "payments/credits/my_credits.html", context)


@signed_in
@require_POST
def withdraw_gift(request: SignedInRequest, pk: UUID) -> HttpResponse:
    """Lets the buyer of a gift use it themselves."""
    _check_flag(request)
    grant = get_object_or_404(CreditGrant.objects.filter(Q(holder=request.user) | Q(given_by=request.user)), pk=pk)
    try:
        services.withdraw_gift(grant_id=grant.pk, by=request.user)
    except Refused as refused:
        messages.error(request, refused.text)
    else:
        messages.success(request, "The link no longer works. The credits are yours to use.")
    return redirect("payments:my_credits")


@require_http_methods(["GET", "HEAD", "POST"])
@public
def gift(request: HttpRequest, token: str) -> HttpResponse:
    """Shows a gift of credits. Sending its form claims it, after signing in."""
    grant = gifts.opened(token)
    if grant is None or not flags.is_on(request, PAYMENTS):
        raise Http404
    if request.method == "POST":
        if not request.user.is_authenticated:
            return redirect_to_login(request.path)
        return _claim(request, grant)
    response = render(request, "payments/credits/gift.html", _gift_context(request, grant))
    response["Cache-Control"] = "no-store"
    return response


def _claim(request: HttpRequest, grant: CreditGrant) -> HttpResponse:
    assert request.user.is_authenticated
    try:
        claimed = services.claim_gift(grant_id=grant.pk, by=request.user)
    except Refused as refused:
        messages.error(request, refused.text)
        return redirect(request.path)
    messages.success(request, f"The credits are yours. Book a session with {grant.builder.display_name}.")
    notifications.gift_claimed(claimed)
    return redirect("payments:my_credits")


def _gift_context(request: HttpRequest, grant: CreditGrant) -> dict[str, Any]:
    left = queries.left_of([grant])[grant.pk]
    is_over = grant.expires_at is not None and grant.expires_at <= clock.now()
    return {
        "grant": grant,
        "left": left,
        "giver": grant.given_by or grant.holder,
        "can_claim": grant.is_waiting and left > 0 and not is_over,
        "is_mine": grant.given_by_id is not None and grant.holder_id == request.user.pk,
        "is_buyer": grant.is_waiting and grant.holder_id == request.user.pk,
    }


def _check_flag(request: HttpRequest) -> None:
    if not flags.is_on(request, PAYMENTS):
        raise Http404
