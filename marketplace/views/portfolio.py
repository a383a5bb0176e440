"""The pages on which builders edit their portfolio."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods, require_POST

from accounts.access import SignedInRequest
from accounts.models import BuilderProfile
from accounts.roles import Role
from core.access import role_required
from core.errors import Refused
from core.htmx import render_page
from core.ordering import requested_order
from marketplace import portfolio
from marketplace.models import PortfolioAsset
from marketplace.portfolio_forms import PieceForm, WordsForm

builder_required = role_required(Role.BUILDER)


@builder_required
@require_http_methods(["GET", "HEAD", "POST"])
def pieces(request: SignedInRequest) -> HttpResponse:
    profile = get_object_or_404(BuilderProfile, user=request.user)
    form = PieceForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        try:
            added = form.add_to(profile)
        except Refused as error:
            form.add_error(None, error.text)
        else:
            messages.success(request, f"“{added}” is on your page.")
            return redirect("marketplace:portfolio")
    context = {"form": form, "profile": profile, "pieces": profile.portfolio.all(), "most": portfolio.MAX_PIECES}
    return render_page(
        request, "marketplace/portfolio.html", context, parts=("pieces",), status=422 if form.errors else 200
    )


@builder_required
@require_http_methods(["GET", "HEAD", "POST"])
def piece(request: SignedInRequest, pk: UUID) -> HttpResponse:
    """Changes the texts of a piece, or removes it."""
    asset = get_object_or_404(PortfolioAsset, builder=request.user.pk, pk=pk)
    if request.POST.get("act") == "remove":
        portfolio.remove(piece=asset)
        messages.success(request, f"“{asset}” is removed.")
        return redirect("marketplace:portfolio")
    initial: dict[str, Any] = {"title": asset.title, "alt": asset.alt, "description": asset.description}
    form = WordsForm(request.POST or None, initial=initial, is_picture=asset.kind == PortfolioAsset.Kind.IMAGE)
    if request.method == "POST" and form.is_valid():
        portfolio.describe(piece=asset, text=form.text)
        messages.success(request, "Saved.")
        return redirect("marketplace:portfolio")
    return render(request, "marketplace/piece.html", {"form": form, "piece": asset}, status=422 if form.errors else 200)


@builder_required
@require_POST
def reorder(request: SignedInRequest) -> HttpResponse:
    """Saves the order after dragging, or moves one piece by one step."""
    profile = get_object_or_404(BuilderProfile, user=request.user)
    order = requested_order(request.POST, profile.portfolio.values_list("pk", flat=True))
    portfolio.reorder(profile=profile, order=order)
    return redirect("marketplace:portfolio")
