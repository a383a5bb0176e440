"""`python -m config.pages --host HOST --port PORT`: serves the pages by granian, and stops without failing a request.

SIGTERM does not stop it at once. For `--drain` seconds /healthz answers 503, so that a proxy sends new requests elsewhere,
while everything is still served, on connections that are closed afterwards. Then nothing new is accepted, and what has
begun is finished. Without that, requests that wait in the queue of a socket fail when it is closed. A second SIGTERM, and
SIGINT, skip the wait.
"""

from __future__ import annotations

import os
import signal
from argparse import ArgumentParser
from pathlib import Path
from tempfile import TemporaryDirectory
from threading import Timer
from typing import Any

from granian.constants import Interfaces
from granian.log import LogLevels
from granian.server.mp import MPServer

from core.draining import FILE

FINISH_SECONDS = 30  # for requests that have begun, such as uploads


class DrainingServer(MPServer):
    """Granian that tells its workers that it will stop, and stops some seconds later."""

    def __init__(self, *, drain: float, sign: Path, **options: Any) -> None:
        super().__init__("config.wsgi:application", **options)
        self.drain, self.sign = drain, sign

    def signal_handler_interrupt(self, *arguments: Any, **others: Any) -> None:
        if os.getpid() != self.pid:
            # A worker that is still loading has this handler from its parent. If it went on, it would never stop.
            os._exit(0)
        if self.drain <= 0 or arguments[:1] != (signal.SIGTERM,) or self.sign.exists():
            super().signal_handler_interrupt()  # type: ignore[no-untyped-call]  # granian has no types there
            return
        self.sign.touch()
        timer = Timer(self.drain, super().signal_handler_interrupt)
        timer.daemon = True
        timer.start()


def main() -> None:
    parser = ArgumentParser(prog="python -m config.pages")
    parser.add_argument("--host", default="127.0.0.1")
    parser.add_argument("--port", type=int, default=8000)
    parser.add_argument("--workers", type=int, default=2, help="processes")
    parser.add_argument("--threads", type=int, default=2, help="threads of each process")
    parser.add_argument("--drain", type=float, default=0, help="seconds between SIGTERM and the end of accepting")
    options = parser.parse_args()
    with TemporaryDirectory(prefix="waymark-") as folder:
        sign = Path(folder) / "draining"
        os.environ[FILE] = str(sign)
        DrainingServer(
            drain=options.drain,
            sign=sign,
            address=options.host,
            port=options.port,
            interface=Interfaces.WSGI,
            workers=options.workers,
            blocking_threads=options.threads,
            workers_kill_timeout=FINISH_SECONDS,
            log_level=LogLevels.warning,
        ).serve()


if __name__ == "__main__":
    main()
