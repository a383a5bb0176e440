"""Tests of the check for viruses, with a stand-in for clamd that speaks its protocol on a socket."""

from __future__ import annotations

import socketserver
import threading
from collections.abc import Iterator
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from core.errors import Refused
from core.uploads import BadUpload, accepted

EICAR = b"X5O!P%@AP[4\\PZX54(P^)7CC)7}$EICAR-STANDARD-ANTIVIRUS-TEST-FILE!$H+H*"


class _Clamd(socketserver.StreamRequestHandler):
    """Answers one INSTREAM command, as clamd does."""

    def handle(self) -> None:
        command = self.rfile.read(len(b"zINSTREAM\0"))
        content = b""
        while length := int.from_bytes(self.rfile.read(4), "big"):
            content += self.rfile.read(length)
        self.server.scanned.append(content)  # type: ignore[attr-defined]  # set by the fixture
        if command != b"zINSTREAM\0":
            self.wfile.write(b"UNKNOWN COMMAND\0")
        elif len(content) > 500_000:
            self.wfile.write(b"INSTREAM size limit exceeded. ERROR\0")
        elif EICAR in content:
            self.wfile.write(b"stream: Eicar-Test-Signature FOUND\0")
        else:
            self.wfile.write(b"stream: OK\0")


@pytest.fixture
def scanned(settings: Any) -> Iterator[list[bytes]]:
    """Starts a scanner, and returns the files that it has seen."""
    with socketserver.ThreadingTCPServer(("127.0.0.1", 0), _Clamd) as server:
        server.scanned = []  # type: ignore[attr-defined]  # read by the handler
        threading.Thread(target=server.serve_forever, daemon=True).start()
        settings.CLAMD_ADDRESS = f"tcp://127.0.0.1:{server.server_address[1]}"
        yield server.scanned  # type: ignore[attr-defined]  # as above
        server.shutdown()


def test_a_file_is_scanned_as_a_whole_and_can_then_be_read(scanned: list[bytes]) -> None:
    content = b"%PDF-1.4" + bytes(200_000)

    file = accepted(SimpleUploadedFile("plan.pdf", content))

    assert scanned == [content]
    assert file.read() == content


def test_a_file_in_which_something_is_found_is_refused(scanned: list[bytes]) -> None:
    with pytest.raises(BadUpload, match="Our virus scanner has blocked this file"):
        accepted(SimpleUploadedFile("notes.txt", b"Hello " + EICAR))


def test_a_file_that_is_too_large_for_the_scanner_is_refused_for_good(scanned: list[bytes]) -> None:
    with pytest.raises(Refused) as refused:
        accepted(SimpleUploadedFile("notes.txt", b"x" * 600_000))

    assert refused.value.text == "This file is too large for our virus scanner. Send a link to it instead."


@pytest.mark.parametrize("address", ["unix:///nowhere/clamd.ctl", "tcp://127.0.0.1:9"])
def test_while_the_scanner_is_down_files_are_refused_with_a_sentence(address: str, settings: Any) -> None:
    settings.CLAMD_ADDRESS = address

    with pytest.raises(Refused) as refused:
        accepted(SimpleUploadedFile("notes.txt", b"Hello"))

    assert refused.value.text == ("We cannot check files for viruses at the moment. Try again in a few minutes.")


def test_without_a_scanner_files_are_taken() -> None:
    assert accepted(SimpleUploadedFile("notes.txt", EICAR)).size == len(EICAR)
