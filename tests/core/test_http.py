"""Tests the HTTP client against real servers on sockets: what it refuses to connect to, and what it stops reading."""

from __future__ import annotations

import gzip
import socket
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler
from typing import Any

import pytest

from core import http
from core.http import Failure, Unanswered
from tests.outside import OutsideServer, closed_address, outside_server


@pytest.fixture
def server(settings: Any) -> Iterator[OutsideServer]:
    with outside_server(settings) as running:
        yield running


def failure_of(address: str, **options: Any) -> Failure:
    with pytest.raises(Unanswered) as raised:
        http.get(address, **options)
    return raised.value.failure


def test_an_answer_has_its_status_headers_and_body(server: OutsideServer) -> None:
    answer = http.get(server.answer("/", b"hello", ETag='"1"'), headers={"If-None-Match": '"0"'})

    assert (answer.status, answer.headers["etag"], answer.body) == (200, '"1"', b"hello")
    assert server.requests[0][1]["If-None-Match"] == '"0"'
    assert server.requests[0][1]["User-Agent"].startswith("Waymark/")


def test_an_error_status_is_an_answer(server: OutsideServer) -> None:
    assert http.get(server.answer("/", status=410)).status == 410


def test_a_redirect_is_followed_and_checked(server: OutsideServer) -> None:
    target = server.answer("/there", b"found")
    assert http.get(server.answer("/", status=302, Location="/there")).body == b"found"
    assert http.get(server.answer("/", status=308, Location=target)).address == target
    assert failure_of(server.answer("/", status=302, Location="https://127.0.0.1/")) is Failure.PRIVATE
    assert failure_of(server.answer("/", status=302, Location="file:///etc/passwd")) is Failure.ADDRESS
    assert failure_of(server.answer("/", status=302, Location="http://waymark.example/")) is Failure.ADDRESS


def test_a_circle_of_redirects_ends(server: OutsideServer) -> None:
    assert failure_of(server.answer("/", status=302, Location="/")) is Failure.REDIRECTS
    assert len(server.requests) == 1 + http.MOST_REDIRECTS


@pytest.mark.parametrize(
    "host",
    [
        "127.0.0.1", "127.1", "2130706433", "0x7f000001", "0177.0.0.1", "0.0.0.0", "10.0.0.1", "192.168.1.1",
        "172.16.0.1", "169.254.169.254", "100.64.0.1", "224.0.0.1", "255.255.255.255", "localhost", "[::1]", "[::]",
        "[fec0::1]", "[::ffff:127.0.0.1]", "[::ffff:8.8.8.8]", "[fe80::1]", "[fc00::1]", "[2002:7f00:1::]", "[64:ff9b::7f00:1]",
    ],
)  # fmt: skip
def test_private_addresses_are_refused(host: str) -> None:
    assert failure_of(f"https://{host}/") is Failure.PRIVATE


def test_the_address_that_was_checked_is_the_one_that_is_connected_to(monkeypatch: pytest.MonkeyPatch) -> None:
    """A name whose first answer is public and whose second is not: the second is never asked for."""
    asked: list[str] = []

    def resolve(host: str, port: int, **options: Any) -> list[Any]:
        asked.append(host)
        return [(2, 1, 6, "", ("192.0.2.1" if len(asked) == 1 else "127.0.0.1", port))]

    monkeypatch.setattr("core.http.socket.getaddrinfo", resolve)

    assert failure_of("https://rebinding.example/", seconds=0.2) is Failure.PRIVATE  # 192.0.2.0/24 is not public either
    assert asked == ["rebinding.example"]


def test_a_name_with_one_private_address_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    both = [(2, 1, 6, "", ("93.184.216.34", 443)), (2, 1, 6, "", ("10.0.0.1", 443))]
    monkeypatch.setattr("core.http.socket.getaddrinfo", lambda *parts, **options: both)

    assert failure_of("https://mixed.example/") is Failure.PRIVATE


def test_a_name_inside_our_network_is_refused_as_one_that_nobody_knows(monkeypatch: pytest.MonkeyPatch) -> None:
    """Otherwise an address that somebody types would tell them which names there are in our network."""
    known = {"database.internal": [(2, 1, 6, "", ("10.0.0.5", 443))]}

    def resolve(host: str, port: int, **options: Any) -> list[Any]:
        if host in known:
            return known[host]
        raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")

    monkeypatch.setattr("core.http.socket.getaddrinfo", resolve)

    inside, unknown = failure_of("https://database.internal/"), failure_of("https://databose.internal/")
    assert inside.sentence == unknown.sentence == "There is no server on the public internet at that address."


@pytest.mark.parametrize(
    "address",
    [
        "", "calendar", "http://waymark.example/", "file:///etc/passwd", "ftp://waymark.example/", "https://",
        "https://waymark.example:22/", "https://waymark.example:99999/", "https://user:word@waymark.example/",
        "https://waymark.example\\@127.0.0.1/", "https://way\0mark.example/", "https://[::1", "https://a" + "a" * 2_000,
    ],
)  # fmt: skip
def test_other_addresses_are_refused_before_anything_is_sent(address: str) -> None:
    assert failure_of(address) is Failure.ADDRESS


def test_nobody_there(settings: Any) -> None:
    assert failure_of(closed_address(settings)) is Failure.UNREACHABLE


def test_a_large_answer_is_not_read_to_its_end(server: OutsideServer) -> None:
    assert failure_of(server.answer("/", b"x" * 1_000), most_bytes=999) is Failure.TOO_LARGE

    bomb = gzip.compress(b"\0" * 5_000_000)
    assert failure_of(server.answer("/", bomb, Content_Encoding="gzip"), most_bytes=100_000) is Failure.TOO_LARGE


def test_garbage_is_refused(server: OutsideServer) -> None:
    assert failure_of(server.answer("/", b"not gzip", Content_Encoding="gzip")) is Failure.GARBLED

    def babble(request: BaseHTTPRequestHandler) -> None:
        request.wfile.write(b"\x16\x03\x01 nothing like HTTP\r\n\r\n")

    server.answers["/"] = babble
    assert failure_of(server.address("/")) is Failure.GARBLED


def unanswered(method: str, address: str) -> Unanswered:
    with pytest.raises(Unanswered) as raised:
        http.request(method, address, body=b"work")
    return raised.value


def drop(request: BaseHTTPRequestHandler) -> None:
    """Ends the connection without an answer."""
    request.close_connection = True


def cut(request: BaseHTTPRequestHandler) -> None:
    """Ends the connection within the answer."""
    request.wfile.write(b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nhalf")
    request.close_connection = True


@pytest.mark.parametrize("end", [drop, cut])
def test_a_connection_that_breaks_after_the_request_is_not_called_unreachable(server: OutsideServer, end: Any) -> None:
    server.answers["/"] = end

    failure = unanswered("POST", server.address("/"))

    assert failure.failure is Failure.CUT_OFF
    assert failure.was_sent
    assert server.bodies == [b"work"]


def test_a_request_that_never_left_is_known_as_such(settings: Any) -> None:
    assert not unanswered("POST", closed_address(settings)).was_sent
    assert not unanswered("POST", "https://127.0.0.1/").was_sent
    assert not unanswered("POST", "http://waymark.example/").was_sent


def test_an_answer_that_takes_too_long_leaves_open_what_was_done(server: OutsideServer) -> None:
    is_over = threading.Event()

    def hang(request: BaseHTTPRequestHandler) -> None:
        is_over.wait(10)

    server.answers["/"] = hang
    with pytest.raises(Unanswered) as raised:
        http.request("POST", server.address("/"), seconds=0.3)
    is_over.set()

    assert raised.value.failure is Failure.SLOW
    assert raised.value.was_sent


def test_a_typed_address_does_not_reach_hosts_that_only_the_settings_may_name(
    server: OutsideServer, settings: Any
) -> None:
    address = server.answer("/", b"inside")
    settings.CALENDARS_TRUSTED = []

    assert http.get(address).body == b"inside"
    assert failure_of(address, is_typed=True) is Failure.ADDRESS
    assert failure_of(f"https://127.0.0.1:{server.server_port}/", is_typed=True) is Failure.ADDRESS
    assert server.requests == [("/", server.requests[0][1])]

    settings.CALENDARS_TRUSTED = [f"127.0.0.1:{server.server_port}"]
    assert http.get(address, is_typed=True).body == b"inside"


def test_a_redirect_of_a_typed_address_reaches_them_neither(server: OutsideServer, settings: Any) -> None:
    """With a public server that sends us on to the inner one."""
    with outside_server(settings) as inner:
        target = inner.answer("/", b"inside")
        settings.OUTSIDE_TRUSTED = [f"127.0.0.1:{inner.server_port}"]
        settings.CALENDARS_TRUSTED = [f"127.0.0.1:{server.server_port}"]

        assert failure_of(server.answer("/", status=302, Location=target), is_typed=True) is Failure.ADDRESS
        assert inner.requests == []


@pytest.mark.parametrize("part", ["headers", "body"])
def test_an_answer_that_drips_is_cut_off(server: OutsideServer, part: str) -> None:
    ended = threading.Event()

    def drip(request: BaseHTTPRequestHandler) -> None:
        request.wfile.write(b"HTTP/1.1 200 OK\r\n" + (b"Content-Length: 10000\r\n\r\n" if part == "body" else b"X: "))
        try:
            while not ended.wait(0.02):
                request.wfile.write(b"x")
        except OSError:
            ended.set()

    server.answers["/"] = drip

    assert failure_of(server.address("/"), seconds=0.5) is Failure.SLOW
    assert ended.wait(10)


def test_time_that_the_name_takes_counts_too(server: OutsideServer, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whoever owns a name decides how long it takes to resolve. The limit holds for what comes afterwards as well."""
    resolve, late = socket.getaddrinfo, threading.Event()

    def resolve_late(*parts: Any, **options: Any) -> Any:
        late.wait(0.3)
        return resolve(*parts, **options)

    monkeypatch.setattr("core.http.socket.getaddrinfo", resolve_late)

    assert failure_of(server.answer("/"), seconds=0.1) is Failure.SLOW
    assert server.requests == []
