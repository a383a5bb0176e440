"""All HTMX glue: which part of a page was asked for, and the headers that go with it."""

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
    """The whole page, or the one named part of it that htmx targets, if the view allows that part."""
    details = getattr(request, "htmx", None)
    target = getattr(details, "target", None) if details and not details.history_restore_request else None
    name = f"{template}#{target}" if target in parts else template
    response = render(request, name, context, status=status)
    if parts:
        patch_vary_headers(response, ["HX-Request"])
    return response
