"""The pages on which builders share the price of a session, and answer those who want to share theirs."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.access import SignedInRequest
from accounts.roles import Role
from coaching.models import PriceShare
from coaching.sharing import services
from coaching.sharing.forms import share_lines, wanted_shares
from core import flags
from core.access import role_required
from core.errors import Refused
from payments.flags import PAYMENTS

builders_only = role_required(Role.BUILDER)


@builders_only
@require_http_methods(["GET", "HEAD", "POST"])
def share_offer(request: SignedInRequest, pk: UUID) -> HttpResponse:
    """Lets a builder say with whom the price of one of their session types is shared."""
    _check_flag(request)
    session_type = get_object_or_404(request.user.session_types, pk=pk)
    lines = share_lines(request.POST if request.method == "POST" else None, session_type)
    problem = ""
    if request.method == "POST" and lines.is_valid():
        try:
            services.save_shares(session_type=session_type, shares=wanted_shares(lines), by=request.user)
        except Refused as refused:
            problem = " ".join(refused.fields.get("shares", [refused.text])) if refused.fields else refused.text
        else:
            messages.success(request, "Saved. A new share applies once the other builder has agreed.")
            return redirect("coaching:share_offer", pk=pk)
    context = {
        "session_type": session_type, "lines": lines, "problem": problem,
        "shares": session_type.price_shares.select_related("builder"),
    }  # fmt: skip
    return render(request, "coaching/share_offer.html", context, status=422 if request.method == "POST" else 200)


@builders_only
@require_safe
def shares(request: SignedInRequest) -> HttpResponse:
    """Lists the prices that others share with the builder, or want to."""
    _check_flag(request)
    mine = (
        PriceShare.objects.filter(builder=request.user).select_related("session_type__builder").order_by("-created_at")
    )
    return render(request, "coaching/shares.html", {"shares": mine})


@builders_only
@require_POST
def answer_share(request: SignedInRequest, pk: UUID) -> HttpResponse:
    _check_flag(request)
    share = get_object_or_404(PriceShare.objects.filter(builder=request.user).select_related("session_type"), pk=pk)
    accepts = request.POST.get("act") == "accept"
    if request.POST.get("percent") != share.shown_percent:
        messages.error(request, "The share has been changed in the meantime. Check it again.")
        return redirect("coaching:shares")
    try:
        services.answer(share=share, accepts=accepts, by=request.user)
    except Refused as refused:
        messages.error(request, refused.text)
    else:
        messages.success(request, "Agreed." if accepts else "You do not share this price.")
    return redirect("coaching:shares")


def _check_flag(request: SignedInRequest) -> None:
    if not flags.is_on(request, PAYMENTS):
        raise Http404
