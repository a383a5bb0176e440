"""What can be known of whoever asks."""

from __future__ import annotations

from ipaddress import ip_address, ip_network
from typing import TypeVar

from django.conf import settings
from django.db.models import Model, QuerySet
from django.http import Http404, HttpRequest
from django.utils.http import url_has_allowed_host_and_scheme

from core.ids import parse_uuid

Row = TypeVar("Row", bound=Model)
LONGEST_PATH = 2000


def client_address(request: HttpRequest) -> str:
    """Whom to count attempts by: the client's address, one subject for all that one IPv6 customer has."""
    return network_of(exact_address(request))


def exact_address(request: HttpRequest) -> str:
    """The client's address; X-Forwarded-For counts only as far as trusted proxies vouch for it."""
    address = request.META.get("REMOTE_ADDR") or ""
    hops = [hop.strip() for hop in request.META.get("HTTP_X_FORWARDED_FOR", "").split(",") if hop.strip()]
    while hops and _is_trusted(address):
        address = hops.pop()
    return address


def comes_from_trusted_proxy(request: HttpRequest) -> bool:
    """Whether the other end of the connection is a proxy of ours, whose word on the client counts."""
    return _is_trusted(request.META.get("REMOTE_ADDR") or "")


def own_path(asked: str, otherwise: str) -> str:
    """Where somebody wants to go next, if that is the path of a page here. A word without a slash is not: to
    `redirect` it would be the name of a view.
    """
    is_path = asked.startswith("/") and len(asked) <= LONGEST_PATH
    return asked if is_path and url_has_allowed_host_and_scheme(asked, allowed_hosts=None) else otherwise


def find_or_404(rows: QuerySet[Row], identifier: str | None) -> Row:
    """The row whose id a form or a query string names; 404 where there is none, and for text that is no id."""
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
        found = ip_address(address)
    except ValueError:
        return address == "" and "unix" in settings.TRUSTED_PROXIES
    found = getattr(found, "ipv4_mapped", None) or found  # how a socket for both kinds writes an IPv4 address
    return any(found in ip_network(proxy, strict=False) for proxy in settings.TRUSTED_PROXIES if proxy != "unix")


def network_of(address: str) -> str:
    """One way to write each address, and one subject for all addresses that one IPv6 customer has."""
    try:
        found = ip_address(address)
    except ValueError:
        return "unknown"
    if found.version == 6:
        if found.ipv4_mapped:
            return str(found.ipv4_mapped)
        return str(ip_network(f"{found}/64", strict=False))
    return str(found)
