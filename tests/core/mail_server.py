"""A mail server that takes mail by SMTP, refuses some addresses with words of the test's choice, and keeps what it took."""

from __future__ import annotations

import socketserver
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any


@dataclass
class MailServer:
    port: int = 0
    refusals: dict[str, str] = field(
        default_factory=dict
    )  # what it answers to a recipient, such as `550 5.1.1 Unknown`
    taken: list[tuple[str, str, str]] = field(default_factory=list)  # (envelope sender, recipient, mail)


class _Session(socketserver.StreamRequestHandler):
    server: Any

    def handle(self) -> None:
        mail_server: MailServer = self.server.mail_server
        sender = recipient = ""
        self._say("220 mail.test")
        for raw in self.rfile:
            line = raw.decode().strip()
            command = line.upper()
            if command.startswith("MAIL FROM"):
                sender = line.partition("<")[2].partition(">")[0]
            if command.startswith("RCPT TO"):
                recipient = line.partition("<")[2].partition(">")[0]
                self._say(mail_server.refusals.get(recipient, "250 2.1.5 OK"))
            elif command == "DATA":
                self._say("354 Go on")
                mail = b"".join(iter(self.rfile.readline, b".\r\n")).decode()
                mail_server.taken.append((sender, recipient, mail))
                self._say("250 2.0.0 Queued")
            elif command == "QUIT":
                self._say("221 Bye")
                return
            else:
                self._say("250 OK")

    def _say(self, line: str) -> None:
        self.wfile.write(f"{line}\r\n".encode())


@contextmanager
def mail_server(settings: Any) -> Iterator[MailServer]:
    """Runs a mail server, and lets Django send through it."""
    with socketserver.ThreadingTCPServer(("127.0.0.1", 0), _Session) as listener:
        server = MailServer(port=listener.server_address[1])
        listener.daemon_threads = True
        setattr(listener, "mail_server", server)  # noqa: B010  (the class has no such attribute)
        thread = threading.Thread(target=listener.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
        thread.start()
        settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
        settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", server.port
        settings.EMAIL_HOST_USER = settings.EMAIL_HOST_PASSWORD = ""
        settings.EMAIL_USE_TLS = settings.EMAIL_USE_SSL = False
        yield server
        listener.shutdown()
        thread.join()
