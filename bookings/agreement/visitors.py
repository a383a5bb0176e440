"""Who stands before a page: a person, or a stranger whose browser keeps a secret of its own."""

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
SECRET = re.compile(r"^[\w-]{22}$")
MONTH = 60 * 60 * 24 * 30


def visitor_of(request: HttpRequest) -> Visitor:
    """The address is hashed: it is only there to count by."""
    address = hashlib.sha256(f"{settings.SECRET_KEY}:{client_address(request)}".encode()).hexdigest()[:40]
    if request.user.is_authenticated:
        return Visitor(f"person:{request.user.pk}", request.user, address)
    return Visitor(_key(_secret(request)), None, address)


def zone_of(request: HttpRequest, usual: str) -> str:
    """The zone that whoever asks reads times in; `usual` for a stranger whose browser does not tell."""
    return zones.zone_for(request, usual)


def keep_zone(request: HttpRequest, chosen: str) -> None:
    """After a first booking: an account that has never had a zone gets the browser's, else the one it was booked in."""
    if isinstance(request.user, User):
        zones.adopt(request, request.user, browser_zone(request) or chosen)


def remembered(request: HttpRequest, response: HttpResponse) -> HttpResponse:
    """The answer, with the stranger's secret kept in their browser, so that what they hold stays theirs."""
    if not request.user.is_authenticated:
        response.set_cookie(
            COOKIE, _secret(request), max_age=MONTH, httponly=True, samesite="Lax", secure=settings.HTTPS
        )
    return response


def _secret(request: HttpRequest) -> str:
    """The one that was sent, else a new one, the same for the whole request."""
    kept: str | None = getattr(request, "visitor_secret", None)
    if kept is None:
        sent = request.COOKIES.get(COOKIE, "")
        kept = sent if SECRET.match(sent) else secrets.token_urlsafe(16)
        setattr(request, "visitor_secret", kept)  # noqa: B010  (requests have no such attribute, as far as types know)
    return kept


def _key(secret: str) -> str:
    return f"visitor:{hashlib.sha256(secret.encode()).hexdigest()[:40]}"
