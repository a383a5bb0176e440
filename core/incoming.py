"""Checks the address, headers and body of each request once, before any view reads them.

Addresses and bodies that cannot be read are refused. In forms, a mark replaces each character that cannot be saved, so
that the form can show which field has one. From headers such characters are removed, and cookies with one are dropped.
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
RAW = "/webhooks/"  # the view reads the bytes up to a limit of its own, and parses nothing before it has verified them
TOO_LARGE = (RequestDataTooBig, TooManyFieldsSent, TooManyFilesSent)
# Django decodes the names of files and fields with the encoding that they declare, and raises what that raises.
UNREADABLE = (MultiPartParserError, LookupError, ValueError)


# Django reads the bytes of a header as Latin-1: characters from 0x80 are parts of UTF-8 letters, and are kept.
CONTROL = re.compile("[\x00-\x08\x0a-\x1f\x7f]")


def refusal_of(request: HttpRequest) -> Refusal | None:
    """Returns why the request has to be refused, or None where it is safe to read for all that follows."""
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
    """Removes cookies and characters that cannot be saved, because sessions and the audit store headers."""
    for name, value in request.META.items():
        if name.startswith("HTTP_"):
            request.META[name] = CONTROL.sub("", value)
    for name in [name for name, value in request.COOKIES.items() if not is_allowed(value)]:
        del request.COOKIES[name]


def _read_body(request: HttpRequest) -> None:
    """Reads the body, and parses it where it is a form; a form with forbidden characters is replaced by a marked one."""
    if request.method not in WITH_BODY or request.path.startswith(RAW):
        return
    if request.content_type != MULTIPART and len(request.body) > settings.DATA_UPLOAD_MAX_MEMORY_SIZE:
        raise RequestDataTooBig  # sent in chunks, so Content-Length did not show it
    if request.method == "POST":
        if not all(is_allowed(text) for name, values in request.POST.lists() for text in (name, *values)):
            request.POST = _marked_form(request.POST)  # type: ignore[assignment]  # typed as immutable, which this is too
        for _name, uploads in request.FILES.lists():
            for upload in uploads:
                upload.name = marked(upload.name or "")


def _marked_form(posted: QueryDict) -> QueryDict:
    pairs = [(marked(name), marked(str(value))) for name, values in posted.lists() for value in values]
    return QueryDict(urlencode(pairs))
