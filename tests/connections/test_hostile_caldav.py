"""What a CalDAV server may answer besides CalDAV: nothing of it is believed, kept, or sent the password."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from connections.busy import Unreadable
from connections.caldav import discovery, xml
from connections.caldav.client import CalDavAccount
from connections.caldav.providers import server_address
from tests.outside import OutsideServer, outside_server

BOMB = b"""<?xml version="1.0"?><!DOCTYPE m [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">]>
<d:multistatus xmlns:d="DAV:"><d:response><d:href>&b;</d:href></d:response></d:multistatus>"""
EXTERNAL = b"""<?xml version="1.0"?><!DOCTYPE m [<!ENTITY a SYSTEM "file:///etc/passwd">]>
<d:multistatus xmlns:d="DAV:"><d:response><d:href>&a;</d:href></d:response></d:multistatus>"""


@pytest.fixture
def server(settings: Any) -> Iterator[OutsideServer]:
    with outside_server(settings) as running:
        yield running


def refusal(server: OutsideServer, path: str = "/dav/") -> str:
    with pytest.raises(Unreadable) as refused:
        discovery.calendars_of(CalDavAccount(server.address(path), "ada", "app-password", seconds=5))
    return str(refused.value)


def multistatus(*properties: str, href: str = "/dav/", namespaces: str = "") -> bytes:
    return (
        f'<d:multistatus xmlns:d="DAV:" xmlns:c="urn:ietf:params:xml:ns:caldav"{namespaces}><d:response>'
        f"<d:href>{href}</d:href><d:propstat><d:status>HTTP/1.1 200 OK</d:status><d:prop>{''.join(properties)}</d:prop>"
        "</d:propstat></d:response></d:multistatus>"
    ).encode()


def home(address: str) -> bytes:
    return multistatus(f"<c:calendar-home-set><d:href>{address}</d:href></c:calendar-home-set>")


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"<html>Sign in</html>",
        b"<html><p>",
        b"\xff\xfe\x00",
        BOMB,
        EXTERNAL,
        b"<a>" * 100_000,
        b'<?xml version="1.0" encoding="nothing"?><a/>',
    ],
    ids=["empty", "a page", "cut off", "no text", "entities", "a file", "deep", "unknown encoding"],
)
def test_what_is_no_caldav_is_said_to_be_none(server: OutsideServer, body: bytes) -> None:
    server.answer("/dav/", body, status=207)

    assert refusal(server) == "That server does not support CalDAV. Check the address."


def test_an_answer_without_end_is_not_read(server: OutsideServer) -> None:
    server.answer("/dav/", b"<a>" * 2_000_000, status=207)

    assert refusal(server) == "The answer is too large."


def test_a_document_type_is_refused_before_its_entities_are_read() -> None:
    for body in (BOMB, EXTERNAL):
        with pytest.raises(xml.NotXml):
            xml.parse(body)


def test_more_resources_than_a_person_has_are_refused() -> None:
    responses = b"<d:response><d:href>/a</d:href></d:response>" * (xml.MOST_RESOURCES + 1)
    with pytest.raises(xml.NotXml):
        xml.parse(b'<d:multistatus xmlns:d="DAV:">' + responses + b"</d:multistatus>")


@pytest.mark.parametrize(
    "target",
    ["https://elsewhere.example/dav/", "http://127.0.0.1:1/dav/", "https://169.254.169.254/", "file:///etc/passwd"],
)
@pytest.mark.parametrize("leads", ["redirect", "home"])
def test_the_password_is_sent_to_no_other_server(server: OutsideServer, target: str, leads: str) -> None:
    if leads == "redirect":
        server.answer("/dav/", status=302, Location=target)
    else:
        server.answer("/dav/", home(target), status=207)

    assert (
        refusal(server)
        == "That address redirects to another server. If you trust that server, enter its address instead."
    )
    assert len(server.requests) == 1


def test_redirects_in_a_circle_end(server: OutsideServer) -> None:
    server.answer("/dav/", status=302, Location="/dav/")

    assert refusal(server) == "That address redirects too many times."


def test_an_address_that_is_none_is_no_caldav(server: OutsideServer) -> None:
    server.answer("/dav/", home("https://[::1"), status=207)

    assert refusal(server) == "That server does not support CalDAV. Check the address."


@pytest.mark.parametrize(
    ("account", "other", "is_allowed"),
    [
        ("https://caldav.icloud.com/", "https://p42-caldav.icloud.com:443/1/calendars/", True),
        ("https://example.com/", "https://cloud.example.com/dav/", True),
        ("https://example.com/", "https://other.com/", False),
        ("https://caldav.icloud.com/", "https://evilicloud.com/", False),
        ("https://caldav.icloud.com/", "http://p42-caldav.icloud.com/", False),
        ("https://1.2.3.4/", "https://9.2.3.4/", False),
    ],
)
def test_which_servers_are_beside_the_one_of_the_account(account: str, other: str, is_allowed: bool) -> None:
    client = CalDavAccount(account, "ada", "app-password")
    if is_allowed:
        client.check_host(other)
    else:
        with pytest.raises(Unreadable):
            client.check_host(other)


@pytest.mark.parametrize(
    ("provider", "typed", "expected"),
    [
        ("icloud", "", "https://caldav.icloud.com/"),
        ("fastmail", "anything", "https://caldav.fastmail.com/"),
        ("nextcloud", "cloud.example.com", "https://cloud.example.com/remote.php/dav"),
        ("nextcloud", "https://example.com/nextcloud/", "https://example.com/nextcloud/remote.php/dav"),
        ("nextcloud", "https://example.com/remote.php/dav/", "https://example.com/remote.php/dav/"),
        ("other", " dav.example.com ", "https://dav.example.com/"),
        ("other", "caldavs://dav.example.com/ada/", "https://dav.example.com/ada/"),
        ("other", "", ""),
    ],
)
def test_addresses_of_services(provider: str, typed: str, expected: str) -> None:
    assert server_address(provider, typed) == expected
