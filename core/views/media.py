"""Public pictures of people. A new picture gets a new name, so browsers and proxies may cache them for ever."""

from __future__ import annotations

from django.core.files.storage import default_storage
from django.http import FileResponse, Http404, HttpRequest
from django.views.decorators.http import require_safe

from core.access import public

KINDS = {"webp": "image/webp"}


@public
@require_safe
def media(request: HttpRequest, folder: str, name: str, kind: str) -> FileResponse:
    try:
        file = default_storage.open(f"{folder}/{name}.{kind}")
    except FileNotFoundError:
        raise Http404 from None
    response = FileResponse(file, content_type=KINDS[kind])
    response["Cache-Control"] = "public, max-age=31536000, immutable"
    response["Content-Security-Policy"] = "default-src 'none'; sandbox"
    return response
