"""Error pages, and error responses as JSON under /api/."""

from __future__ import annotations

import sys

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.middleware.csrf import get_token
from django.template import loader
from django.utils.cache import patch_cache_control

from core.errors import BaseRefusal, Refusal, Refused
from core.outages import refusal_of_database
from core.themes import chosen_theme
from core.tracing import request_id

TITLES = {
    400: "This request could not be read",
    403: "You cannot open this page",
    404: "Page not found",
    413: "This is too large",
    422: "Some of this is not right",
    429: "Please wait a moment",
    500: "Something went wrong",
    503: "Waymark is busy",
}
TITLES_BY_CODE: dict[BaseRefusal, str] = {Refusal.MAINTENANCE: "Waymark is being maintained"}


def refusal_response(request: HttpRequest, error: Refused) -> HttpResponse:
    """Returns the response to a refusal: an error page, or the API's error envelope under /api/."""
    refusal = error.refusal
    if request.path.startswith("/api/"):
        response: HttpResponse = JsonResponse(envelope(error), status=refusal.status)
    else:
        response = HttpResponse(
            loader.render_to_string(
                "core/error.html",
                {
                    "status": refusal.status,
                    "title": TITLES_BY_CODE.get(refusal) or TITLES.get(refusal.status, refusal.sentence),
                    "sentence": error.sentence,
                    "request_id": request_id.get(),
                    "wait": error.wait,
                    "theme": chosen_theme(request),
                    **_acting(request),
                },
            ),
            status=refusal.status,
        )
    if error.retry_after is not None:
        response["Retry-After"] = str(error.retry_after)
    patch_cache_control(response, no_store=True)
    return response


def _acting(request: HttpRequest) -> dict[str, object]:
    """Returns what the banner needs while staff act as somebody else. The page is rendered without context processors, which
    may need the database that is away."""
    acting = getattr(request, "acting", None)
    return {"acting": acting, "csrf_token": get_token(request)} if acting else {}


def envelope(error: Refused) -> dict[str, object]:
    """Returns the body of all error responses of the API: `{"success": false, "error": {…}}`."""
    body: dict[str, object] = {"code": error.refusal.code, "message": error.sentence}
    if error.fields is not None:
        body["fields"] = error.fields
    return {"success": False, "error": body | error.details}


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    return refusal_response(request, Refused(Refusal.BAD_REQUEST))


def forbidden(request: HttpRequest, exception: Exception) -> HttpResponse:
    return refusal_response(request, Refused(Refusal.FORBIDDEN))


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    return refusal_response(request, Refused(Refusal.NOT_FOUND))


def server_error(request: HttpRequest) -> HttpResponse:
    """Answers 500, or 503 where middleware failed because the database cannot be reached."""
    refused = refusal_of_database(sys.exc_info()[1])
    return refusal_response(request, refused or Refused(Refusal.FAILED))


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    return refusal_response(request, Refused(Refusal.CSRF))
