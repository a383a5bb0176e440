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
    details = getattr(request, "htmx", None)
    target = getattr(details, "target", None) if details and not details.history_restore_request else None
    name = f"{template}#{target}" if target in parts else template
    response = render(request, name, context, status=status)
    if parts:
        patch_vary_headers(response, ["HX-Request"])
    return response
