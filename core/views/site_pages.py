"""The pages of text that admins edit: help, contact, privacy and terms."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.safestring import mark_safe
from django.views.decorators.http import require_safe
from markdown_it import MarkdownIt

from core.access import public
from core.models import PolicyVersion, SitePage
from core.policies import state

# Markdown without HTML: tags are shown as text, and links with a script in them stay text.
MARKDOWN = MarkdownIt("commonmark", {"html": False})


@public
@require_safe
def site_page(request: HttpRequest, slug: str) -> HttpResponse:
    return render(request, "core/site_page.html", page_context(request, slug))


def page_context(request: HttpRequest, slug: str) -> dict[str, Any]:
    """Returns a page of text, its HTML, and whether the reader may edit it. One query."""
    page = get_object_or_404(SitePage, pk=slug)
    text = mark_safe(MARKDOWN.render(page.text))  # noqa: S308  (the renderer escapes all HTML in the text)
    version = next((version for version in state.current().versions if version.kind == slug), None)
    may_edit = request.user.has_perm("core.change_sitepage")
    return {"page": page, "text": text, "may_edit": may_edit, "version": version}


@public
@require_safe
def text_version(request: HttpRequest, kind: str, number: int) -> HttpResponse:
    """Shows a version of the terms or of the privacy notice, also one that was replaced."""
    version = get_object_or_404(PolicyVersion, kind=kind, number=number)
    text = mark_safe(MARKDOWN.render(version.text))  # noqa: S308  (as above)
    is_latest = not PolicyVersion.objects.filter(kind=kind, number__gt=number).exists()
    page = f"core:{version.kind}"
    context = {"version": version, "text": text, "is_latest": is_latest, "page": page}
    return render(request, "core/text_version.html", context)
