"""What a request brings with it, checked once before any view reads it.

Addresses and bodies that cannot be read are refused. Forms keep their fields, with a mark in place of each character
that cannot be saved, so that the form can say which field it is; headers and cookies are not worth an answer.
"""

from __future__ import annotations

import re
from urllib.parse import unquote_plus, urlencode

from django.conf import settings
from django.core.exceptions import RequestDataTooBig, TooManyFieldsSent, TooManyFilesSent
from django.http import HttpRequest, QueryDict
from django.http.multipartparser import MultiPartParserError

from core.characters import is_allowed, marked
from core.errors import Refusal

WITH_BODY = frozenset({"POST", "PUT", "PATCH", "DELETE"})
MULTIPART = "multipart/form-data"
TOO_LARGE = (RequestDataTooBig, TooManyFieldsSent, TooManyFilesSent)
# Django reads names of files and of fields in whatever encoding they claim to have, and raises what that raises.
UNREADABLE = (MultiPartParserError, LookupError, ValueError)


# A header is bytes, each a character of Latin-1: those from 0x80 are parts of letters.
CONTROL = re.compile("[\x00-\x08\x0a-\x1f\x7f]")


def refusal_of(request: HttpRequest) -> Refusal | None:
    """Why the request cannot be answered at all, if so; otherwise it is safe to read from now on."""
    _clean_headers(request)
    if not is_allowed(request.path):
        return Refusal.NOT_FOUND
    if not is_allowed(unquote_plus(request.META.get("QUERY_STRING", ""))):
        return Refusal.BAD_REQUEST
    if request.content_params and not _is_utf8(request.content_params.get("charset", "utf-8")):
        return Refusal.BAD_REQUEST
    try:
        _ = request.GET
        _read_body(request)
    except TOO_LARGE:
        return Refusal.TOO_LARGE
    except UNREADABLE:
        return Refusal.BAD_REQUEST
    return None


def _is_utf8(charset: str) -> bool:
    return charset.lower().replace("_", "-") in ("utf-8", "utf8")


def _clean_headers(request: HttpRequest) -> None:
    """Without the cookies and the characters that cannot be saved: sessions and the audit keep headers."""
    for name, value in request.META.items():
        if name.startswith("HTTP_"):
            request.META[name] = CONTROL.sub("", value)
    for name in [name for name, value in request.COOKIES.items() if not is_allowed(value)]:
        del request.COOKIES[name]


def _read_body(request: HttpRequest) -> None:
    """Reads the body, and the form that it may be."""
    if request.method not in WITH_BODY:
        return
    most = settings.DATA_UPLOAD_MAX_MEMORY_SIZE
    if request.content_type != MULTIPART and len(request.body) > most:
        raise RequestDataTooBig  # sent in chunks, without saying how much it would be
    if request.method == "POST":
        if not all(is_allowed(text) for name, values in request.POST.lists() for text in (name, *values)):
            request.POST = _marked_form(request.POST)  # type: ignore[assignment]
        for _name, uploads in request.FILES.lists():
            for upload in uploads:
                upload.name = marked(upload.name or "")


def _marked_form(posted: QueryDict) -> QueryDict:
    pairs = [(marked(name), marked(str(value))) for name, values in posted.lists() for value in values]
    return QueryDict(urlencode(pairs))
