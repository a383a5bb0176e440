"""A name server that answers from the test's records, over UDP on this machine."""

from __future__ import annotations

import socketserver
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import dns.message
import dns.rcode
import dns.rdatatype
import dns.rrset

Records = dict[tuple[str, str], list[str]]  # by (name, kind)


class _Query(socketserver.BaseRequestHandler):
    server: Any

    def handle(self) -> None:
        raw, socket = self.request
        query = dns.message.from_wire(raw)
        question = query.question[0]
        name, kind = str(question.name).rstrip(".").lower(), dns.rdatatype.to_text(question.rdtype)
        records: Records = self.server.records
        answer = dns.message.make_response(query)
        if values := records.get((name, kind)):
            answer.answer.append(dns.rrset.from_text_list(question.name, 60, "IN", kind, values))
        elif not any(known == name for known, _ in records):
            answer.set_rcode(dns.rcode.NXDOMAIN)
        socket.sendto(answer.to_wire(), self.client_address)


@contextmanager
def name_server(records: Records) -> Iterator[str]:
    """Runs a name server, and yields its address as `mail_doctor --nameserver` takes it."""
    with socketserver.ThreadingUDPServer(("127.0.0.1", 0), _Query) as listener:
        setattr(listener, "records", records)  # noqa: B010  (the class has no such attribute)
        thread = threading.Thread(target=listener.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
        thread.start()
        yield f"127.0.0.1:{listener.server_address[1]}"
        listener.shutdown()
        thread.join()
