"""Serves files that a browser plays, whole or in byte ranges, so that a listener can skip within a recording."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from django.http import FileResponse, Http404, HttpRequest, HttpResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase

from core.storage import signed_redirect

SINGLE_RANGE = re.compile(r"bytes=(\d{0,18})-(\d{0,18})")
CHUNK = 64 * 1024


def ranged_response(request: HttpRequest, stored: Any, *, content_type: str) -> HttpResponseBase:
    """Returns a stored file or the requested range of it. Its policy keeps a browser from running it as a page.

    A recording in the bucket is read from there. Pictures are not: they are small, and browsers cache them by their
    address here, while a signed address is a new one each time.
    """
    try:
        if not content_type.startswith("image/"):
            elsewhere = signed_redirect(request, stored, content_type=content_type)
            if elsewhere is not None:
                return elsewhere
        content, size = stored.open("rb"), stored.size
    except FileNotFoundError:
        raise Http404 from None
    requested = SINGLE_RANGE.fullmatch(request.headers.get("Range", ""))
    response: HttpResponseBase
    if requested is None:
        response = FileResponse(content, content_type=content_type)
    elif (byte_range := _byte_range(requested, size)) is None:
        content.close()
        response = HttpResponse(status=416)
        response["Content-Range"] = f"bytes */{size}"
    else:
        first, last = byte_range
        response = StreamingHttpResponse(_chunks(content, first, last), status=206, content_type=content_type)
        response["Content-Range"] = f"bytes {first}-{last}/{size}"
        response["Content-Length"] = str(last - first + 1)
    response["Accept-Ranges"] = "bytes"
    response["Content-Security-Policy"] = "sandbox; default-src 'none'"
    return response


def _byte_range(requested: re.Match[str], size: int) -> tuple[int, int] | None:
    """Returns the first and the last byte of a range, or None where the file has none of it. `-500` is the last 500."""
    first, last = requested.groups()
    if not first:
        return (max(0, size - int(last)), size - 1) if last and int(last) and size else None
    begin, end = int(first), min(int(last), size - 1) if last else size - 1
    return (begin, end) if begin <= end else None


def _chunks(content: Any, first: int, last: int) -> Iterator[bytes]:
    left = last - first + 1
    with content:
        content.seek(first)
        while left > 0 and (chunk := content.read(min(CHUNK, left))):
            left -= len(chunk)
            yield chunk
