"""A mail server with one mailbox, which speaks as much of IMAP (RFC 3501) as `imaplib` needs to read it."""

from __future__ import annotations

import re
import socketserver
import ssl
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

USER, PASSWORD = "answers", "pass word/1"


@dataclass
class MailboxServer:
    """The mails of the mailbox by their UIDs, with their flags. `port` is where the server listens."""

    port: int = 0
    mails: dict[int, bytes] = field(default_factory=dict)
    flags: dict[int, set[str]] = field(default_factory=dict)
    fetched: list[str] = field(default_factory=list)
    sign_ins: int = 0

    @property
    def url(self) -> str:
        return f"imap://{USER}:pass%20word%2F1@127.0.0.1:{self.port}/INBOX"

    def add(self, raw: bytes) -> int:
        uid = max(self.mails, default=0) + 1
        self.mails[uid], self.flags[uid] = raw, set()
        return uid


class _Connection(socketserver.StreamRequestHandler):
    """One connection: answers each command line."""

    def handle(self) -> None:
        self.wfile.write(b"* OK ready\r\n")
        while line := self.rfile.readline():
            tag, _, command = line.decode().strip().partition(" ")
            status = self._answer(command)
            self.wfile.write(f"{tag} {status}\r\n".encode())
            if command == "LOGOUT":
                return

    @property
    def _mailbox(self) -> MailboxServer:
        return self.server.mailbox  # type: ignore[attr-defined, no-any-return]  # set by `mailbox_server`

    def _answer(self, command: str) -> str:
        name = command.upper()
        if name == "CAPABILITY":
            self.wfile.write(b"* CAPABILITY IMAP4rev1\r\n")
        elif name.startswith("LOGIN"):
            self._mailbox.sign_ins += 1
            return "OK done" if command == f'LOGIN {USER} "{PASSWORD}"' else "NO wrong password"
        elif name.startswith("SELECT"):
            self.wfile.write(f"* {len(self._mailbox.mails)} EXISTS\r\n".encode())
        elif name.startswith("UID SEARCH"):
            unread = [str(uid) for uid, flags in self._mailbox.flags.items() if r"\Seen" not in flags]
            self.wfile.write(f"* SEARCH {' '.join(unread)}\r\n".encode())
        elif match := re.fullmatch(r"UID FETCH (\d+) \((.+)\)", command):
            self._fetch(int(match[1]), match[2])
        elif match := re.fullmatch(r"UID STORE (\d+) \+FLAGS \((.+)\)", command):
            self._mailbox.flags[int(match[1])] |= set(match[2].split())
        elif name == "EXPUNGE":
            for uid in [uid for uid, flags in self._mailbox.flags.items() if r"\Deleted" in flags]:
                del self._mailbox.mails[uid], self._mailbox.flags[uid]
        return "OK done"

    def _fetch(self, uid: int, what: str) -> None:
        raw = self._mailbox.mails[uid]
        self._mailbox.fetched.append(what)
        if what == "RFC822.SIZE":
            self.wfile.write(f"* 1 FETCH (UID {uid} RFC822.SIZE {len(raw)})\r\n".encode())
            return
        content = raw.partition(b"\n\n")[0] if "HEADER" in what else raw
        name = what.replace(".PEEK", "")
        self.wfile.write(f"* 1 FETCH (UID {uid} {name} {{{len(content)}}}\r\n".encode() + content + b")\r\n")


@contextmanager
def mailbox_server(tls: ssl.SSLContext | None = None) -> Iterator[MailboxServer]:
    """Yields a running server with an empty mailbox, which speaks TLS if it has a context for that."""
    with socketserver.ThreadingTCPServer(("127.0.0.1", 0), _Connection) as server:
        if tls is not None:
            server.socket = tls.wrap_socket(server.socket, server_side=True, do_handshake_on_connect=False)
        server.daemon_threads = True
        mailbox = MailboxServer(port=server.server_address[1])
        server.mailbox = mailbox  # type: ignore[attr-defined]  # read by each connection
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield mailbox
        server.shutdown()
