"""Renders a page or the part of it that htmx asks for, with the headers that this needs."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.cache import patch_vary_headers


def render_page(
    request: HttpRequest,
    template: str,
    context: dict[str, Any],
    *,
    parts: tuple[str, ...] = (),
    status: int = 200,
) -> HttpResponse:
    """Returns the whole page, or only the partial that htmx targets, where the view names it in `parts`."""
    target = _details(request).target if asks_for_part(request) else None
    name = f"{template}#{target}" if target in parts else template
    response = render(request, name, context, status=status)
    if parts:
        patch_vary_headers(response, ["HX-Request"])
    return response


def render_page_or_part(request: HttpRequest, page: str, part: str, context: dict[str, Any]) -> HttpResponse:
    """Returns the page, or the part of it for any request of htmx, whose targets have other names on other pages."""
    response = render(request, part if asks_for_part(request) else page, context)
    patch_vary_headers(response, ["HX-Request"])
    return response


def asks_for_part(request: HttpRequest) -> bool:
    """Whether htmx asks for something to put into an open page. To go back in its history it asks for a whole page."""
    details = _details(request)
    return bool(details) and not details.history_restore_request


def _details(request: HttpRequest) -> Any:
    return getattr(request, "htmx", None)  # which its middleware sets, and not a RequestFactory
