"""Files that a browser plays: whole, or the stretch of it that it asks for, so that one can jump about in a recording."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from django.http import FileResponse, Http404, HttpRequest, HttpResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase

ONE_STRETCH = re.compile(r"bytes=(\d{0,18})-(\d{0,18})")
PIECE = 64 * 1024


def ranged_response(request: HttpRequest, stored: Any, *, content_type: str) -> HttpResponseBase:
    """A stored file, shown in the page and never run as one."""
    try:
        content, size = stored.open("rb"), stored.size
    except FileNotFoundError:
        raise Http404 from None
    asked = ONE_STRETCH.fullmatch(request.headers.get("Range", ""))
    response: HttpResponseBase
    if asked is None:
        response = FileResponse(content, content_type=content_type)
    elif (stretch := _stretch(asked, size)) is None:
        content.close()
        response = HttpResponse(status=416)
        response["Content-Range"] = f"bytes */{size}"
    else:
        first, last = stretch
        response = StreamingHttpResponse(_pieces(content, first, last), status=206, content_type=content_type)
        response["Content-Range"] = f"bytes {first}-{last}/{size}"
        response["Content-Length"] = str(last - first + 1)
    response["Accept-Ranges"] = "bytes"
    response["Content-Security-Policy"] = "sandbox; default-src 'none'"
    return response


def _stretch(asked: re.Match[str], size: int) -> tuple[int, int] | None:
    """First and last byte; None where there is nothing of the kind. `-500` are the last 500."""
    first, last = asked.groups()
    if not first:
        return (max(0, size - int(last)), size - 1) if last and int(last) and size else None
    begin, end = int(first), min(int(last), size - 1) if last else size - 1
    return (begin, end) if begin <= end else None


def _pieces(content: Any, first: int, last: int) -> Iterator[bytes]:
    left = last - first + 1
    with content:
        content.seek(first)
        while left > 0 and (piece := content.read(min(PIECE, left))):
            left -= len(piece)
            yield piece
