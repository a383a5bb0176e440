"""Asks a virus scanner about files that people upload: clamd, by its socket, where `CLAMD_ADDRESS` names one.

While the scanner cannot be reached, files are refused, with a sentence that says to send them again later. Nothing is
stored without having been scanned.
"""

from __future__ import annotations

import logging
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from typing import IO, Any
from urllib.parse import urlsplit

from django.conf import settings

from core.errors import Refusal, Refused

logger = logging.getLogger(__name__)

SECONDS = 30.0  # clamd scans a file of 100 MB in less
CHUNK = 1 << 16
LONGEST_ANSWER = 4096
TOO_LARGE = "This file is too large for our virus scanner. Send a link to it instead."
SENTENCE = "We cannot check files for viruses at the moment. Try again in a few minutes."


def finds_something(file: IO[bytes]) -> bool:
    """Whether the scanner finds something in the file; False without a scanner.

    Raises Refused if the scanner cannot be reached or does not know, and for good if the file is larger than it takes.
    """
    if not settings.CLAMD_ADDRESS:
        return False
    try:
        answer = _ask(file)
    except OSError as error:
        logger.warning("the virus scanner cannot be reached: %s", error)
        raise Refused(Refusal.UNAVAILABLE, SENTENCE, retry_after=300) from None
    if answer.endswith("FOUND"):
        logger.warning("the virus scanner has found something: %s", answer)
        return True
    if "size limit exceeded" in answer:
        raise Refused(Refusal.TOO_LARGE, TOO_LARGE)
    if not answer.endswith("OK"):
        logger.warning("the virus scanner could not scan a file: %s", answer)
        raise Refused(Refusal.UNAVAILABLE, SENTENCE, retry_after=300)
    return False


def _ask(file: IO[bytes]) -> str:
    """Sends the file with clamd's command INSTREAM, in chunks with their lengths before them, and returns the answer."""
    with _connected() as connection:
        connection.sendall(b"zINSTREAM\0")
        file.seek(0)
        while chunk := file.read(CHUNK):
            connection.sendall(len(chunk).to_bytes(4, "big") + chunk)
        connection.sendall(bytes(4))
        file.seek(0)
        answer = b""
        while len(answer) < LONGEST_ANSWER and (part := connection.recv(LONGEST_ANSWER)):
            answer += part
        return answer.rstrip(b"\0\n").decode("utf-8", "replace")


@contextmanager
def _connected() -> Iterator[socket.socket]:
    """Yields a connection to `unix:///path/of/clamd.ctl` or `tcp://host:3310`."""
    parts = urlsplit(settings.CLAMD_ADDRESS)
    family: Any = socket.AF_UNIX if parts.scheme == "unix" else socket.AF_INET
    address: Any = parts.path if parts.scheme == "unix" else (parts.hostname, parts.port or 3310)
    if parts.scheme == "unix":
        connection = socket.socket(family, socket.SOCK_STREAM)
        connection.settimeout(SECONDS)
    else:
        connection = socket.create_connection(address, timeout=SECONDS)
    with connection:
        if parts.scheme == "unix":
            connection.connect(address)
        yield connection
