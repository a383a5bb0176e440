"""Middleware: request ids, error pages for refusals, limits on POST, sign-in by default, no private pages in caches."""

from __future__ import annotations

import re
import secrets
import time
from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.contrib.auth.middleware import LoginRequiredMiddleware
from django.contrib.auth.views import redirect_to_login
from django.db import connection
from django.http import HttpRequest, HttpResponse, HttpResponseBase, HttpResponseRedirect
from django.shortcuts import resolve_url
from django.utils.cache import patch_cache_control

from core.errors import Refusal, Refused
from core.incoming import refusal_of
from core.outages import refusal_of_database
from core.post_limits import registered_post_limits
from core.requests import comes_from_trusted_proxy, page_address
from core.tracing import request_id as current_id
from core.views.errors import refusal_response

GetResponse = Callable[[HttpRequest], HttpResponse]
READS = ("GET", "HEAD", "OPTIONS")
FRAMED = "/embed/"  # below it are the only pages that other sites may frame
HEALTH_CHECKS = ("/healthz", "/readyz")
VALID_ID = re.compile(r"^[\w-]{8,64}$")


def any_host_for_health_checks(get_response: GetResponse) -> GetResponse:
    """Accepts every Host header for health checks: proxies and Kubernetes send the address of the process they ask."""
    host = (
        settings.ALLOWED_HOSTS[0].removeprefix(".").replace("*", "localhost") if settings.ALLOWED_HOSTS else "localhost"
    )

    def middleware(request: HttpRequest) -> HttpResponse:
        if request.path in HEALTH_CHECKS:
            request.META["HTTP_HOST"] = host
            request.META.pop("HTTP_X_FORWARDED_HOST", None)
        return get_response(request)

    return middleware


def request_id(get_response: GetResponse) -> GetResponse:
    """Takes the request id from the proxy's X-Request-ID or makes one, for the logs and the error pages."""

    def middleware(request: HttpRequest) -> HttpResponse:
        sent_id = request.headers.get("X-Request-ID", "")
        identity = sent_id if VALID_ID.match(sent_id) else secrets.token_hex(8)
        token = current_id.set(identity)
        try:
            response = get_response(request)
        finally:
            current_id.reset(token)
        response["X-Request-ID"] = identity
        return response

    return middleware


def trusted_proxies(get_response: GetResponse) -> GetResponse:
    """Removes X-Forwarded-Proto unless a trusted proxy sent it, because Django would accept it from anybody."""

    def middleware(request: HttpRequest) -> HttpResponse:
        if "HTTP_X_FORWARDED_PROTO" in request.META and not comes_from_trusted_proxy(request):
            del request.META["HTTP_X_FORWARDED_PROTO"]
        return get_response(request)

    return middleware


def frames_without_cookies(get_response: GetResponse) -> GetResponse:
    """Removes cookies from requests to pages that other sites may frame, so that nothing there acts for who is signed in.

    Browsers only send them if both sites belong together, such as two ports of one machine.
    """

    def middleware(request: HttpRequest) -> HttpResponse:
        if request.path.startswith(FRAMED):
            request.META.pop("HTTP_COOKIE", None)
        return get_response(request)

    return middleware


def server_timing(get_response: GetResponse) -> GetResponse:
    """Adds a Server-Timing header, so that in the demo a browser's developer tools show the time and the queries."""

    def middleware(request: HttpRequest) -> HttpResponse:
        count, spent = 0, 0.0

        def measure(execute: Any, sql: str, parameters: Any, many: bool, context: Any) -> Any:  # noqa: FBT001  (Django's signature)
            nonlocal count, spent
            began = time.perf_counter()
            try:
                return execute(sql, parameters, many, context)
            finally:
                count += 1
                spent += time.perf_counter() - began

        began = time.perf_counter()
        with connection.execute_wrapper(measure):
            response = get_response(request)
        total = (time.perf_counter() - began) * 1000
        response["Server-Timing"] = f'db;desc="{count} queries";dur={spent * 1000:.1f}, total;dur={total:.1f}'
        return response

    return middleware


class Refusals:
    """Answers unreadable requests, refusals of views, and errors of the database that are no fault of ours with an error
    page, or JSON under /api/.

    Also writes the rate limit headers of the API.
    """

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if (refusal := refusal_of(request)) is not None:
            return refusal_response(request, Refused(refusal))
        response = self.get_response(request)
        if response.status_code == 405 and request.path.startswith("/api/"):
            allowed = response["Allow"]
            response = refusal_response(request, Refused(Refusal.METHOD_NOT_ALLOWED))
            response["Allow"] = allowed
        if usage := getattr(request, "api_usage", None):
            response["X-RateLimit-Limit"] = str(usage.most)
            response["X-RateLimit-Remaining"] = str(usage.left)
            response["X-RateLimit-Reset"] = str(usage.seconds)
        return response

    def process_exception(self, request: HttpRequest, error: Exception) -> HttpResponse | None:
        refused = error if isinstance(error, Refused) else refusal_of_database(error)
        return refusal_response(request, refused) if refused is not None else None


class SignInRequired(LoginRequiredMiddleware):
    """Asks for sign-in on every page that is not declared public. The addresses in `MACHINES` do their own checks."""

    MACHINES = ("/api/", "/webhooks/", "/healthz", "/readyz", "/metrics")

    def handle_no_permission(
        self, request: HttpRequest, view_func: Callable[..., HttpResponseBase]
    ) -> HttpResponseRedirect:
        """Redirects to the sign-in page, which leads back to a page: the address of a form may take nothing but POST."""
        login, name = resolve_url(self.get_login_url(view_func)), self.get_redirect_field_name(view_func)
        return redirect_to_login(page_address(request), login, name)

    def process_view(
        self, request: HttpRequest, view_func: Callable[..., HttpResponseBase], view_args: Any, view_kwargs: Any
    ) -> HttpResponseBase | None:
        if request.path.startswith(self.MACHINES):
            return None
        answer: HttpResponseBase | None = super().process_view(request, view_func, view_args, view_kwargs)
        if answer is None or not request.headers.get("HX-Request"):
            return answer
        # htmx would put the sign-in page inside a part of the page: this header makes it load the page as a whole.
        redirect = HttpResponse(status=204)
        redirect["HX-Redirect"] = answer["Location"]
        return redirect


def private_pages(get_response: GetResponse) -> GetResponse:
    """Keeps the pages of signed-in people out of all caches, including the one of the browser's Back button."""

    def middleware(request: HttpRequest) -> HttpResponse:
        response = get_response(request)
        # Check the header first: for an event stream, loading the user would take a connection for as long as it is open.
        if not response.has_header("Cache-Control") and request.user.is_authenticated:
            patch_cache_control(response, private=True, no_store=True)
        return response

    return middleware


class PostLimits:
    """Counts requests to pages that have a limit, before the view runs: POST, and also PUT, which form views accept."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_view(
        self, request: HttpRequest, view: object, args: object, options: object
    ) -> HttpResponseBase | None:
        if request.method in READS or request.resolver_match is None:
            return None
        limit = registered_post_limits().get(request.resolver_match.view_name)
        if limit is None:
            return None
        try:
            limit.count(request)
        except Refused as refused:
            return refusal_response(request, refused)
        return None
