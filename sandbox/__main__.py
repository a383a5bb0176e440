"""`python -m sandbox DESCRIPTOR`: serves all stand-ins on a socket that is already listening."""

from __future__ import annotations

import os
import signal
import socket
import sys
import threading
from pathlib import Path

from sandbox.server import Sandbox


def main(descriptor: int) -> None:
    file = os.environ.get("SANDBOX_STRIPE_FILE")
    server = Sandbox(socket.socket(fileno=descriptor), stripe_file=Path(file) if file else None)
    server.waymark = server.calendars.waymark = server.receiver.waymark = os.environ.get("SITE_URL", "")
    server.other_site.waymark = server.waymark
    for account in server.hosted.values():
        account.waymark = server.waymark
    server.calendly.start_demo(f"{server.address}/calendly")
    if os.environ.get("STRIPE_API_BASE", "").startswith(server.address):  # without a key of the operator's own
        server.stripe.start_demo(os.environ["SITE_URL"], os.environ["STRIPE_WEBHOOK_SECRET"])
    signal.signal(signal.SIGTERM, lambda *signals: threading.Thread(target=server.shutdown).start())
    server.serve_forever(poll_interval=0.1)


if __name__ == "__main__":
    main(int(sys.argv[1]))
