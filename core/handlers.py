"""Django's WSGI and ASGI handlers, which read every request as UTF-8.

Django takes the encoding from the Content-Type header while it creates the request, before any middleware runs. Python
has encodings that are not for text, such as base64, and creating the request would raise. `core.incoming` refuses
requests that declare another encoding than UTF-8.
"""

from __future__ import annotations

import gc
from http import HTTPStatus
from importlib import import_module
from typing import Any

from django.conf import settings
from django.core.asgi import get_asgi_application
from django.core.handlers.asgi import ASGIHandler, ASGIRequest
from django.core.handlers.wsgi import WSGIHandler, WSGIRequest
from django.core.wsgi import get_wsgi_application
from django.http import HttpRequest, HttpResponseBase
from django.middleware.gzip import GZipMiddleware
from django.utils.http import parse_header_parameters


class _Utf8Request(HttpRequest):
    def _set_content_type_params(self, meta: Any) -> None:
        self.content_type, self.content_params = parse_header_parameters(meta.get("CONTENT_TYPE", ""))


class Utf8WSGIRequest(_Utf8Request, WSGIRequest):
    pass


class Utf8ASGIRequest(_Utf8Request, ASGIRequest):
    pass


class CompressPages(GZipMiddleware):
    """Compresses pages and answers of the API, with a random number of bytes more, so that their length tells nothing about
    a token in them. Files are streamed, and their kinds are compressed already."""

    def process_response(self, request: HttpRequest, response: HttpResponseBase) -> HttpResponseBase:
        if response.streaming or response.status_code == HTTPStatus.PARTIAL_CONTENT:
            return response
        return super().process_response(request, response)


class CompressingHandler(WSGIHandler):
    """Serves pages where no proxy in front of it compresses them."""

    def get_response(self, request: HttpRequest) -> HttpResponseBase:
        return CompressPages(super().get_response).process_response(request, super().get_response(request))


def wsgi_application(*, compresses: bool = False) -> WSGIHandler:
    application = get_wsgi_application()
    if compresses:
        application = CompressingHandler()
    application.request_class = Utf8WSGIRequest
    return application


def asgi_application() -> ASGIHandler:
    application = get_asgi_application()
    application.request_class = Utf8ASGIRequest
    return application


def keep_what_is_loaded() -> None:
    """Loads the views, and keeps all that is loaded out of the collection of garbage. Otherwise one request in some hundreds
    waits 140 ms while the collector looks at everything."""
    import_module(settings.ROOT_URLCONF)
    gc.collect()
    gc.freeze()
