"""Leads people who have not accepted the terms in force to the page on which they do."""

from __future__ import annotations

from collections.abc import Callable
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse

from core.policies import state, texts

# Pages that stay open: the texts themselves, signing in and out, one's own data, help, and what is no page.
OPEN_PATHS = (
    "/account/", "/terms/", "/privacy/", "/texts/", "/help/", "/contact/", "/goodbye/", "/api/", "/webhooks/", "/live/",
    "/media/", "/static/", "/healthz", "/readyz", "/metrics", "/.well-known/", "/demo/", "/embed/",
)  # fmt: skip


def ask_for_acceptance(get_response: Callable[[HttpRequest], HttpResponse]) -> Callable[[HttpRequest], HttpResponse]:
    """Leads to the page of the new terms when a page is opened. What is sent goes through, so that nothing that somebody
    has filled in is lost, and the page leads back to the address that was asked for."""

    def middleware(request: HttpRequest) -> HttpResponse:
        if _opens_page(request) and texts.missing_for(request.user):
            return redirect(f"{reverse('accounts:agree')}?{urlencode({'next': request.get_full_path()})}")
        return get_response(request)

    return middleware


def _opens_page(request: HttpRequest) -> bool:
    """Whether the request opens a page at which people can be asked. Staff who act as somebody do not answer for them."""
    return (
        request.method == "GET"
        and not request.path.startswith(OPEN_PATHS)
        and "HX-Request" not in request.headers
        and "text/html" in request.headers.get("Accept", "text/html")
        and not hasattr(request, "acting")
        and any(version.sufficient for version in state.current().versions)  # last: it may ask the database
    )
