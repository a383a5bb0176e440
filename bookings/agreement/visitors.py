"""Visitors of the booking pages: people who are signed in, and strangers, known by a secret in a cookie."""

from __future__ import annotations

import hashlib
import re
import secrets

from django.conf import settings
from django.http import HttpRequest, HttpResponse

from accounts.models import User
from accounts.time_zones import services as zones
from core.requests import client_address
from core.zones import browser_zone
from scheduling.claims import Visitor

COOKIE = "visitor"
SECRET_FORMAT = re.compile(r"^[\w-]{22}$")
MONTH = 60 * 60 * 24 * 30


def visitor_of(request: HttpRequest) -> Visitor:
    """Returns the visitor of a request."""
    address = _hashed_address(request)
    if request.user.is_authenticated:
        return Visitor(f"person:{request.user.pk}", request.user, address)
    return Visitor(_visitor_key(_visitor_secret(request)), None, address)


def stranger_with(request: HttpRequest, secret: str) -> Visitor:
    """Returns a visitor without an account whose secret is not in a cookie."""
    return Visitor(_visitor_key(secret), None, _hashed_address(request))


def zone_of(request: HttpRequest, usual: str) -> str:
    """Returns the time zone to show times in; `usual` for a stranger whose browser does not send one."""
    return zones.zone_for(request, usual)


def keep_zone(request: HttpRequest, chosen: str) -> None:
    """Gives an account without a time zone the browser's, else the one that was just booked in."""
    if isinstance(request.user, User):
        zones.adopt(request, request.user, browser_zone(request) or chosen)


def with_visitor_cookie(request: HttpRequest, response: HttpResponse) -> HttpResponse:
    """Returns the response, with the stranger's secret in a cookie, so that the times they hold stay theirs."""
    if not request.user.is_authenticated:
        response.set_cookie(
            COOKIE, _visitor_secret(request), max_age=MONTH, httponly=True, samesite="Lax", secure=settings.HTTPS
        )
    return response


def _hashed_address(request: HttpRequest) -> str:
    """Returns the network address as a digest, since it is only used for counting."""
    return hashlib.sha256(f"{settings.SECRET_KEY}:{client_address(request)}".encode()).hexdigest()[:40]


def _visitor_secret(request: HttpRequest) -> str:
    """Returns the secret in the cookie, else a new one, which stays the same for the whole request."""
    kept: str | None = getattr(request, "visitor_secret", None)
    if kept is None:
        sent = request.COOKIES.get(COOKIE, "")
        kept = sent if SECRET_FORMAT.match(sent) else secrets.token_urlsafe(16)
        setattr(request, "visitor_secret", kept)  # noqa: B010  (requests have no such attribute, as far as types know)
    return kept


def _visitor_key(secret: str) -> str:
    return f"visitor:{hashlib.sha256(secret.encode()).hexdigest()[:40]}"
