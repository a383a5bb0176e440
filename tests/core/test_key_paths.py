"""Addresses that are keys, such as a guest's link, do not reach logs and error reports."""

from __future__ import annotations

import io
import logging
import re
from collections.abc import Iterator
from urllib.parse import quote

import pytest
from django.http import HttpRequest, HttpResponse
from django.test import Client
from django.urls import get_resolver, path
from django.urls.resolvers import URLPattern, URLResolver

from config.embedded.paths import PROJECT
from config.logs import JsonLines, PlainText
from config.urls import handler400, handler403, handler404, handler500
from config.urls import urlpatterns as all_addresses
from core.access import public
from core.redaction import redacted, redacted_deeply

# Parameters of addresses that are texts and no keys; a new name belongs here, or its path in `register_key_paths`.
NO_KEYS = {
    "slug",
    "reference",
    "kind",
    "code",
    "section",
    "path",
    "service",
    "source",
    "name",
    "folder",
    "number",
    "uidb36",
    "day",
}
KEY = "3f2a9b:1wGh-SECRET_KEY"
# Caddy's regular expressions (RE2) and Python's agree in all that this one uses.
PROXY_PATTERN = re.findall(r'regexp "(.+?)" ', (PROJECT / "deploy/Caddyfile").read_text())[0]


@public
def broken(request: HttpRequest, token: str) -> HttpResponse:
    raise RuntimeError(f"nothing works at {request.path}")


urlpatterns = [path("bookings/guest/<str:token>/broken/", broken), *all_addresses]
__all__ = ["handler400", "handler403", "handler404", "handler500", "urlpatterns"]


def patterns_of(resolver: URLResolver, prefix: str = "") -> Iterator[tuple[str, URLPattern]]:
    """Yields (route, pattern) of every address outside the admin and the API, which have no addresses that are keys."""
    for pattern in resolver.url_patterns:
        route = prefix + str(pattern.pattern)
        if route.startswith(("admin/", "api/")):
            continue
        if isinstance(pattern, URLResolver):
            yield from patterns_of(pattern, route)
        else:
            yield route, pattern


def parameters() -> list[tuple[str, str]]:
    """Returns (route, parameter) for each parameter of an address that is a text."""
    return [
        (route, name)
        for route, pattern in patterns_of(get_resolver())
        for name in pattern.pattern.regex.groupindex
        if type(getattr(pattern.pattern, "converters", {}).get(name)).__name__ not in ("UUIDConverter", "IntConverter")
        and name not in NO_KEYS
    ]


@pytest.mark.parametrize(("route", "name"), parameters())
def test_each_address_that_is_a_key_is_masked(route: str, name: str) -> None:
    head = re.split(r"\(\?P|<", route.replace("^", ""))[0]

    assert KEY not in redacted(f"POST /{head}{KEY}/act/ failed"), f"{name}: register the path of {route}"


@pytest.mark.parametrize(("route", "name"), parameters())
def test_each_address_that_is_a_key_is_masked_by_the_proxy(route: str, name: str) -> None:
    head = re.split(r"\(\?P|<", route.replace("^", ""))[0]
    masked = re.sub(PROXY_PATTERN, r"\1[hidden]", f"/{head}{KEY}/act/?next={quote(f'/{head}{KEY}/', safe='')}")

    assert "SECRET_KEY" not in masked, f"{name}: add the path of {route} to deploy/Caddyfile"


def test_keys_are_among_the_addresses() -> None:
    assert {name for _, name in parameters()} == {"token", "key", "secret"}


@pytest.mark.parametrize(
    ("text", "masked"),
    [
        (f"Forbidden: /bookings/guest/{KEY}/act/", "Forbidden: /bookings/guest/[hidden]/act/"),
        (f"https://site.test/calendar/{KEY}.ics?a=1", "https://site.test/calendar/[hidden]?a=1"),
        (f"/login/?next={quote(f'/bookings/guest/{KEY}/', safe='')}&a=1", "/login/?next=%2Fbookings%2Fguest%2F[hidden]%2F&a=1"),
        (f'<a href="/a/?b=1&amp;token={KEY}">', '<a href="/a/?b=1&amp;token=[hidden]">'),
        (f"<WSGIRequest: POST '/badges/{KEY}/'>", "<WSGIRequest: POST '/badges/[hidden]/'>"),
        ("/bookings/guest/", "/bookings/guest/"),
        ("/bookings/ABC-234/calendar.ics", "/bookings/ABC-234/calendar.ics"),
    ],
)  # fmt: skip
def test_only_the_key_is_masked(text: str, masked: str) -> None:
    assert redacted(text) == masked
    assert redacted_deeply({"request": {"url": text}, "crumbs": [text]}) == {
        "request": {"url": masked},
        "crumbs": [masked],
    }


@pytest.fixture(params=["json", "text"])
def log(request: pytest.FixtureRequest) -> Iterator[io.StringIO]:
    """What the log's formatter writes of everything that is logged, at any level."""
    stream = io.StringIO()
    handler = logging.StreamHandler(stream)
    handler.setFormatter(JsonLines() if request.param == "json" else PlainText("{name}: {message}", style="{"))
    names = ["", "django", "django.request", "django.security", "core"]
    levels = {name: logging.getLogger(name).level for name in names}
    for name in names:
        logging.getLogger(name).setLevel(logging.DEBUG)
    logging.getLogger().addHandler(handler)
    yield stream
    logging.getLogger().removeHandler(handler)
    for name, level in levels.items():
        logging.getLogger(name).setLevel(level)


@pytest.mark.django_db
@pytest.mark.urls("tests.core.test_key_paths")
def test_the_log_of_failed_requests_holds_no_key(log: io.StringIO) -> None:
    strict = Client(enforce_csrf_checks=True, raise_request_exception=False)
    addresses = [
        f"/bookings/guest/{KEY}/act/", f"/bookings/answer/{KEY}/", f"/account/confirm-email/{KEY}/",
        f"/account/email/confirm/{KEY}/", f"/calendar/{KEY}.ics", f"/account/password/reset/key/1-{KEY}/", f"/badges/{KEY}/",
    ]  # fmt: skip

    statuses = [strict.post(address).status_code for address in addresses]
    statuses += [strict.get(address).status_code for address in addresses]
    statuses.append(strict.get(f"/bookings/guest/{KEY}/broken/").status_code)
    statuses.append(
        strict.get(f"/account/login/?next={quote(f'/bookings/guest/{KEY}/', safe='')}&next=%00").status_code
    )

    assert {400, 403, 404, 500} <= set(statuses)
    written = log.getvalue()
    assert "CSRF" in written or "Forbidden" in written
    assert "nothing works at /bookings/guest/[hidden]/broken/" in written
    assert "Not Found: /bookings/guest/[hidden]/" in written or "Not Found" in written
    assert "SECRET_KEY" not in written
