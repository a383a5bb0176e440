"""`python -m sandbox DESCRIPTOR`: serves all stand-ins on a socket that is already listening."""

from __future__ import annotations

import os
import signal
import socket
import sys
import threading

from sandbox.server import Sandbox


def main(descriptor: int) -> None:
    server = Sandbox(socket.socket(fileno=descriptor))
    server.waymark = os.environ.get("SITE_URL", "")
    server.calendly.start_demo(f"{server.address}/calendly")
    signal.signal(signal.SIGTERM, lambda *signals: threading.Thread(target=server.shutdown).start())
    server.serve_forever(poll_interval=0.1)


if __name__ == "__main__":
    main(int(sys.argv[1]))
