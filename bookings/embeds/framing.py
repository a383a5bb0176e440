"""Lets other sites frame a page: any site, or those that the builder has named."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any, cast

from csp.constants import SELF
from csp.decorators import csp_replace
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.clickjacking import xframe_options_exempt
from django.views.decorators.csrf import csrf_exempt

from accounts.models import BuilderProfile
from bookings.embeds.drafts import EmbedDraft
from core.access import public

View = Callable[..., HttpResponse]


def framed(view: View) -> View:
    """Makes a view that every site may frame.

    It needs no token against forged requests: they arrive without cookies (`core.middleware.frames_without_cookies`),
    so that a form of another site can do nothing that its sender could not do without the visitor.
    """

    @public
    @csrf_exempt
    @never_cache
    @xframe_options_exempt
    @wraps(view)
    def framed_view(*arguments: Any, **options: Any) -> HttpResponse:
        return view(*arguments, **options)

    return cast("View", framed_view)


def allow_frames(response: HttpResponse, profile: BuilderProfile | None) -> HttpResponse:
    """Returns the response with a policy that lets the builder's sites frame it, or every site if none are named."""
    sites = [SELF, *profile.embed_sites] if profile and profile.embed_sites else ["*"]

    @csp_replace({"frame-ancestors": sites})
    def answer(request: HttpRequest) -> HttpResponse:
        return response

    return cast("HttpResponse", answer(HttpRequest()))


def render_framed(
    request: HttpRequest,
    template: str,
    context: dict[str, Any],
    *,
    profile: BuilderProfile | None,
    draft: EmbedDraft,
    status: int = 200,
) -> HttpResponse:
    """Renders a page for a frame, with the theme and the site of the draft."""
    everything = context | {"profile": profile, "draft": draft, "theme": draft.theme}
    return allow_frames(render(request, f"bookings/embeds/{template}", everything, status=status), profile)
