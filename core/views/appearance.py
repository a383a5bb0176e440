"""Choosing a theme, and the style guide."""

from __future__ import annotations

from django.conf import settings
from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST, require_safe

from core.access import public
from core.forms import SampleForm
from core.requests import own_path
from core.themes import THEMES

YEAR = 60 * 60 * 24 * 365


@public
@csrf_exempt  # a forged request could only change the theme, and a token would need a cookie for every visitor
@require_POST
def theme(request: HttpRequest) -> HttpResponse:
    """Saves the chosen theme in a cookie, so that the server renders it and pages do not flash in another."""
    chosen = request.POST.get("theme", "")
    response = redirect(own_path(request.POST.get("next", ""), "/"))
    if chosen in THEMES:
        response.set_cookie("theme", chosen, max_age=YEAR, samesite="Lax", secure=settings.HTTPS)
    return response


@public
@require_safe
def styleguide(request: HttpRequest) -> HttpResponse:
    """Shows every component; only in the demo or with DEBUG."""
    if not (settings.DEBUG or settings.DEMO):
        raise Http404
    if request.GET.get("toast"):
        messages.success(request, "Saved. Your hours are up to date.")
        messages.error(request, "That time was just taken. Here are the nearest available times.")
        return redirect("core:styleguide")
    context = {
        "blank": SampleForm(auto_id="blank_%s"),
        "wrong": SampleForm({"name": "", "email": "nobody", "zone": "Europe/Berlin"}, auto_id="wrong_%s"),
        "page": Paginator(range(96), 24).get_page(request.GET.get("page", 2)),
        "names": ["Ada Moreno", "Cleo Park", "Sam Okafor", "Ines Duarte", "Yuki Tanaka", "Ø"],
        "sizes": ["xs", "s", "m", "l", "xl", "2xl"],
    }
    return render(request, "core/styleguide.html", context)
