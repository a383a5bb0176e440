"""The HTTP client for outside services and for addresses that people type.

An address that somebody typed may lead to any machine, also to those inside our own network. So every connection is
made to an address that was checked after the name was resolved, and only to public ones; a redirect is checked in the
same way. The operator can except hosts: OUTSIDE_TRUSTED for addresses from the settings, CALENDARS_TRUSTED for typed
ones. What the other side sends is limited in size and time.
"""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Collection, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from enum import Enum
from http.client import BadStatusLine, LineTooLong, RemoteDisconnected, UnknownProtocol
from ipaddress import IPv4Address, IPv6Address, ip_address
from typing import Any
from urllib.parse import urljoin, urlsplit

import requests
from django.conf import settings
from requests.adapters import HTTPAdapter
from urllib3 import HTTPConnectionPool, HTTPSConnectionPool, PoolManager
from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.exceptions import HTTPError, NewConnectionError, ProtocolError

from core.characters import is_allowed

USER_AGENT = f"Waymark/1.0 (+{settings.SITE_URL})"
MOST_REDIRECTS = 3
LONGEST_ADDRESS = 2_000
CHUNK = 65_536
REDIRECTS = frozenset({301, 302, 303, 307, 308})
NAT64 = "64:ff9b::"  # addresses below it are IPv4 addresses in disguise


class Failure(Enum):
    """Why a request failed, with the sentence that people read. It never repeats what the other side sent."""

    ADDRESS = "The address must begin with https://."
    # Also of a name that nobody knows: otherwise the sentence would say which names there are in our own network.
    PRIVATE = "There is no server on the public internet at that address."
    UNREACHABLE = "Nothing answers at that address."
    INSECURE = "The certificate of that address is not valid."
    CUT_OFF = "The connection was lost before the answer was complete."
    SLOW = "The answer took too long."
    TOO_LARGE = "The answer is too large."
    REDIRECTS = "That address redirects too many times."
    GARBLED = "The answer could not be read."

    @property
    def sentence(self) -> str:
        return self.value


class Unanswered(Exception):
    """A request that brought no answer. What an answer with an error status means is for the caller to say.

    `was_sent` says that at least a part of it was sent, so that the other side may have done what was asked.
    """

    def __init__(self, failure: Failure, *, was_sent: bool = False) -> None:
        super().__init__(failure.sentence)
        self.failure = failure
        self.was_sent = was_sent

    @property
    def sentence(self) -> str:
        return self.failure.sentence


@dataclass(frozen=True)
class HttpAnswer:
    status: int
    headers: Mapping[str, str]  # names in any case
    body: bytes
    address: str  # where it came from, after redirects

    @property
    def is_ok(self) -> bool:
        return 200 <= self.status < 300


def get(
    address: str,
    *,
    headers: Mapping[str, str] | None = None,
    seconds: float = 10,
    most_bytes: int = 5_000_000,
    is_typed: bool = False,
) -> HttpAnswer:
    """Reads an address, within `seconds` in all. Raises Unanswered."""
    return request("GET", address, headers=headers, seconds=seconds, most_bytes=most_bytes, is_typed=is_typed)


def request(
    method: str,
    address: str,
    *,
    headers: Mapping[str, str] | None = None,
    body: bytes | None = None,
    seconds: float = 10,
    most_bytes: int = 5_000_000,
    is_typed: bool = False,
) -> HttpAnswer:
    """Sends a request and follows redirects of one that only reads. Raises Unanswered.

    `is_typed`: whether a person typed the address, who must not reach the hosts that the operator's own settings name.
    """
    deadline = time.monotonic() + seconds
    with _session() as session, _exchange(deadline, _trusted_hosts(is_typed=is_typed)) as exchange:
        for _ in range(MOST_REDIRECTS + 1):
            check_address(address, is_typed=is_typed)
            exchange.was_sent = False
            try:
                with session.request(
                    method,
                    address,
                    headers={"User-Agent": USER_AGENT} | dict(headers or {}),
                    data=body,
                    timeout=max(0.1, deadline - time.monotonic()),
                    allow_redirects=False,
                    stream=True,
                ) as response:
                    target = response.headers.get("Location")
                    if method != "GET" or response.status_code not in REDIRECTS or not target:
                        body_read = _read(response, most_bytes)
                        if exchange.is_late:  # what was cut off can look like a whole answer
                            raise Unanswered(Failure.SLOW, was_sent=True)
                        return HttpAnswer(response.status_code, response.headers, body_read, address)
                    address = urljoin(address, target)
            except _NotPublic:
                raise Unanswered(Failure.PRIVATE) from None
            except (requests.RequestException, HTTPError, OSError, ValueError) as error:
                failure = Failure.SLOW if exchange.is_late else _failure_of(error, was_sent=exchange.was_sent)
                raise Unanswered(failure, was_sent=exchange.was_sent) from None
    raise Unanswered(Failure.REDIRECTS, was_sent=True)


def check_address(address: str, *, is_typed: bool = False) -> None:
    """Raises Unanswered for an address that is not plain https on its usual port, or one of a trusted host."""
    try:
        parts = urlsplit(address)
        port = parts.port
    except ValueError:
        raise Unanswered(Failure.ADDRESS) from None
    if len(address) > LONGEST_ADDRESS or not is_allowed(address) or not parts.hostname:
        raise Unanswered(Failure.ADDRESS)
    default_port = 443 if parts.scheme == "https" else 80
    if f"{parts.hostname}:{port or default_port}" in _trusted_hosts(is_typed=is_typed):
        return
    if parts.scheme != "https" or port not in (None, 443) or parts.username is not None or "\\" in address:
        raise Unanswered(Failure.ADDRESS)


def is_public(address: str) -> bool:
    """Whether an IP address belongs to the public internet, also when it is an IPv4 address written as IPv6."""
    ip: IPv4Address | IPv6Address = ip_address(address.partition("%")[0])
    if isinstance(ip, IPv6Address):
        if ip.ipv4_mapped is not None or ip.sixtofour is not None or ip.teredo is not None:
            return False
        if int(ip) >> 32 == int(IPv6Address(NAT64)) >> 32:
            return False
        if ip.is_site_local:
            return False
    return ip.is_global and not ip.is_multicast and not ip.is_reserved


def _trusted_hosts(*, is_typed: bool) -> Collection[str]:
    """Returns the hosts, with their ports, that may be connected to although they are not on the public internet."""
    trusted: Collection[str] = settings.CALENDARS_TRUSTED if is_typed else settings.OUTSIDE_TRUSTED
    return trusted


def _failure_of(error: Exception, *, was_sent: bool) -> Failure:
    if isinstance(error, _TooLarge):
        return Failure.TOO_LARGE
    if isinstance(error, requests.Timeout):
        return Failure.SLOW
    is_broken = isinstance(error, requests.ConnectionError | ProtocolError | ConnectionError) and not _is_no_http(error)
    if is_broken and was_sent:
        return Failure.CUT_OFF
    if isinstance(error, requests.exceptions.SSLError):
        return Failure.INSECURE
    return Failure.UNREACHABLE if is_broken else Failure.GARBLED


def _is_no_http(error: BaseException) -> bool:
    """Whether the other side answered with something that is no HTTP. Others wrap the error that says so."""
    is_garbage = isinstance(error, BadStatusLine | LineTooLong | UnknownProtocol)
    if is_garbage and not isinstance(error, RemoteDisconnected):
        return True
    return any(isinstance(part, BaseException) and _is_no_http(part) for part in error.args)


def _read(response: requests.Response, most_bytes: int) -> bytes:
    """Returns the body, decompressed, and stops at the limit instead of reading on."""
    if int(response.headers.get("Content-Length") or 0) > most_bytes:
        raise _TooLarge
    parts: list[bytes] = []
    size = 0
    while part := response.raw.read1(CHUNK, decode_content=True):
        size += len(part)
        if size > most_bytes:
            raise _TooLarge
        parts.append(part)
    return b"".join(parts)


class _TooLarge(ValueError):
    pass


class _NotPublic(Exception):
    pass


# Connections


@dataclass
class _Exchange:
    """A request of this thread while it is under way."""

    deadline: float
    trusted: Collection[str]
    sockets: list[socket.socket] = field(default_factory=list)
    late: threading.Event = field(default_factory=threading.Event)
    was_sent: bool = False

    @property
    def is_late(self) -> bool:
        return self.late.is_set()

    def close(self) -> None:
        self.late.set()
        for connection in self.sockets:
            try:
                connection.shutdown(socket.SHUT_RDWR)
            except OSError:
                continue  # closed already


class _Open(threading.local):
    exchange: _Exchange | None = None


_open = _Open()


@contextmanager
def _exchange(deadline: float, trusted: Collection[str]) -> Iterator[_Exchange]:
    """Closes this thread's sockets at the deadline, since a time-out alone only limits the wait for each byte."""
    exchange = _Exchange(deadline, trusted)
    timer = threading.Timer(max(0.0, deadline - time.monotonic()), exchange.close)
    timer.daemon = True
    _open.exchange = exchange
    timer.start()
    try:
        yield exchange
    finally:
        timer.cancel()
        _open.exchange = None
        for connection in exchange.sockets:
            connection.close()


def _connect(host: str, port: int, seconds: Any, options: Any) -> socket.socket:
    """Connects to an address of the host that was checked, so that the name cannot lead elsewhere in between."""
    try:
        resolved = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError):
        raise _NotPublic from None
    addresses = [str(entry[4][0]) for entry in resolved]
    exchange = _open.exchange
    is_trusted = exchange is not None and f"{host}:{port}" in exchange.trusted
    if not is_trusted and not all(map(is_public, addresses)):
        raise _NotPublic
    failed: OSError | None = None
    for address in addresses:
        try:
            connection = socket.create_connection((address, port), _time_left(seconds))
        except OSError as error:
            failed = error
            continue
        for option in options or ():
            connection.setsockopt(*option)
        if exchange is not None:
            exchange.sockets.append(connection.dup())  # TLS takes over the connection itself
        return connection
    raise failed or OSError(f"{host} has no address")


def _time_left(seconds: Any) -> Any:
    """Returns how long a connection may take. Raises OSError after the deadline: the name may have taken until then, or
    other addresses of it, and no timer would close a socket that is opened now."""
    if _open.exchange is None:
        return seconds
    left = _open.exchange.deadline - time.monotonic()
    if left <= 0:
        raise TimeoutError("the deadline has passed")
    return left


def _note_sending() -> None:
    """Records that the connection is open and the request on its way."""
    if _open.exchange is not None:
        _open.exchange.was_sent = True


class _PlainConnection(HTTPConnection):
    def send(self, data: Any) -> None:
        if self.sock is None:
            self.connect()
        _note_sending()
        super().send(data)

    def _new_conn(self) -> socket.socket:
        try:
            return _connect(self.host, int(self.port or 80), self.timeout, self.socket_options)
        except OSError as error:
            raise NewConnectionError(self, "no connection") from error


class _SecureConnection(HTTPSConnection):
    def send(self, data: Any) -> None:
        if self.sock is None:
            self.connect()
        _note_sending()
        super().send(data)

    def _new_conn(self) -> socket.socket:
        try:
            return _connect(self.host, int(self.port or 443), self.timeout, self.socket_options)
        except OSError as error:
            raise NewConnectionError(self, "no connection") from error


class _PlainPool(HTTPConnectionPool):
    ConnectionCls = _PlainConnection


class _SecurePool(HTTPSConnectionPool):
    ConnectionCls = _SecureConnection


class _Adapter(HTTPAdapter):
    def init_poolmanager(self, connections: int, maxsize: int, block: bool = False, **options: Any) -> None:  # noqa: FBT001, FBT002  (the signature of requests)
        self.poolmanager = PoolManager(num_pools=connections, maxsize=maxsize, block=block, **options)
        self.poolmanager.pool_classes_by_scheme = {"http": _PlainPool, "https": _SecurePool}


@contextmanager
def _session() -> Iterator[requests.Session]:
    """Yields a session that takes no proxy and no password from the environment."""
    with requests.Session() as session:
        session.trust_env = False
        session.mount("https://", _Adapter())
        session.mount("http://", _Adapter())
        yield session
