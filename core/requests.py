"""Reads a request: the client's address behind proxies, where it may redirect to, and rows by their id."""

from __future__ import annotations

from ipaddress import ip_address, ip_network
from typing import TypeVar
from urllib.parse import urlsplit

from django.conf import settings
from django.db.models import Model, QuerySet
from django.http import Http404, HttpRequest
from django.utils.http import url_has_allowed_host_and_scheme

from core.ids import parse_uuid

Row = TypeVar("Row", bound=Model)
LONGEST_PATH = 2000


def client_address(request: HttpRequest) -> str:
    """Returns the network that a request came from, by which attempts are counted; see `network_of`."""
    return network_of(exact_address(request))


def exact_address(request: HttpRequest) -> str:
    """Returns the client's address. Entries of X-Forwarded-For count only as far as trusted proxies have added them."""
    address = request.META.get("REMOTE_ADDR") or ""
    hops = [hop.strip() for hop in request.META.get("HTTP_X_FORWARDED_FOR", "").split(",") if hop.strip()]
    while hops and _is_trusted(address):
        address = hops.pop()
    return address


def comes_from_trusted_proxy(request: HttpRequest) -> bool:
    """Whether the request came through one of TRUSTED_PROXIES, whose X-Forwarded headers count."""
    return _is_trusted(request.META.get("REMOTE_ADDR") or "")


def own_path(requested: str, default: str) -> str:
    """Returns the requested path if it is one of this site, else the default: nobody is redirected to another site.

    Text without a leading slash is refused too, because `redirect` would take it for the name of a view.
    """
    is_path = requested.startswith("/") and len(requested) <= LONGEST_PATH
    return requested if is_path and url_has_allowed_host_and_scheme(requested, allowed_hosts=None) else default


def page_address(request: HttpRequest) -> str:
    """Returns the address to come back to: of this page or, for a form, of the page it was sent from, because the address
    of a form need not be one of a page. Without such a page, it is that of the home page."""
    if request.method in ("GET", "HEAD"):
        return request.get_full_path()
    sent_from = request.headers.get("Referer", "")
    if not url_has_allowed_host_and_scheme(sent_from, allowed_hosts={request.get_host()}):
        return "/"
    parts = urlsplit(sent_from)
    return own_path(f"{parts.path}?{parts.query}" if parts.query else parts.path, "/")


def find_or_404(rows: QuerySet[Row], identifier: str | None) -> Row:
    """Returns the row with this id from a form or a query string. Raises Http404 for an unknown or malformed id."""
    key = parse_uuid(identifier)
    row = rows.filter(pk=key).first() if key is not None else None
    if row is None:
        raise Http404
    return row


def is_address(text: str) -> bool:
    try:
        ip_address(text)
    except ValueError:
        return False
    return True


def _is_trusted(address: str) -> bool:
    try:
        ip = ip_address(address)
    except ValueError:
        return address == "" and "unix" in settings.TRUSTED_PROXIES
    ip = getattr(ip, "ipv4_mapped", None) or ip  # a socket for IPv4 and IPv6 reports IPv4 addresses in this form
    return any(ip in ip_network(proxy, strict=False) for proxy in settings.TRUSTED_PROXIES if proxy != "unix")


def network_of(address: str) -> str:
    """Returns an IPv4 address, or the 64-bit network of an IPv6 address, since one customer has all addresses of it."""
    try:
        ip = ip_address(address)
    except ValueError:
        return "unknown"
    if ip.version == 6:
        if ip.ipv4_mapped:
            return str(ip.ipv4_mapped)
        return str(ip_network(f"{ip}/64", strict=False))
    return str(ip)
