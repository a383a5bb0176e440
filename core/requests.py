"""What can be known of whoever asks."""

from __future__ import annotations

from ipaddress import ip_address, ip_network

from django.conf import settings
from django.http import HttpRequest
from django.utils.http import url_has_allowed_host_and_scheme


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
    """Where somebody wants to go next, if that is a page of ours."""
    return asked if url_has_allowed_host_and_scheme(asked, allowed_hosts=None) else otherwise


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
