"""`python -m config.pages --host HOST --port PORT`: serves the pages by granian, and stops without failing a request.

SIGTERM does not stop it at once. For `--drain` seconds /healthz answers 503, so that a proxy sends new requests elsewhere,
while everything is still served, on connections that are closed afterwards. Then nothing new is accepted, and what has
begun is finished. Without that, requests that wait in the queue of a socket fail when it is closed. A second SIGTERM, and
SIGINT, skip the wait.

Granian tells its idle connections to close when it stops, but not those that it accepts in the same moment, nor those that
have sent half of a request: it waits for them as for a request. `--keep-alive` ends them before a worker would be killed.
"""

from __future__ import annotations

import os
import signal
import time
from argparse import ArgumentParser
from multiprocessing.connection import wait
from pathlib import Path
from tempfile import TemporaryDirectory
from threading import Timer
from typing import Any

from granian.constants import HTTPModes, Interfaces
from granian.http import HTTP1Settings
from granian.log import LogLevels, logger
from granian.server.mp import MPServer

from core.draining import FILE

FINISH_SECONDS = 30  # for requests that have begun, such as uploads
# Shorter than that, and longer than a proxy keeps a connection (15 s in deploy/Caddyfile): it might send a booking on one that
# is being closed here.
KEEP_ALIVE_SECONDS = 20


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

    def _stop_workers(self) -> None:
        """Asks the workers to stop, and kills those that have not finished in time.

        Granian's own method says that it kills workers which have ended by themselves: on a busy machine the thread that
        watches a worker has fetched its exit status first, and then it seems to be alive.
        """
        workers: list[Any] = list(self.wrks)
        for worker in workers:
            worker.terminate()
        running = {worker.inner.sentinel: worker for worker in workers}
        deadline = time.monotonic() + FINISH_SECONDS
        while running and (ended := wait(list(running), max(0.0, deadline - time.monotonic()))):
            for sentinel in ended:
                del running[sentinel]
        for worker in running.values():
            logger.warning("Killing worker-%s, which has not finished in %s seconds", worker.idx + 1, FINISH_SECONDS)
            worker.kill()
        self.wrks.clear()


def main() -> None:
    parser = ArgumentParser(prog="python -m config.pages")
    parser.add_argument("--host", default="127.0.0.1")
    parser.add_argument("--port", type=int, default=8000)
    parser.add_argument("--workers", type=int, default=2, help="processes")
    parser.add_argument("--threads", type=int, default=2, help="threads of each process")
    parser.add_argument("--drain", type=float, default=0, help="seconds between SIGTERM and the end of accepting")
    parser.add_argument(
        "--keep-alive", type=float, default=KEEP_ALIVE_SECONDS, help="seconds that a connection waits for a whole head"
    )
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
            http=HTTPModes.http1,  # the other modes have no limit for a connection that has not sent anything yet
            http1_settings=HTTP1Settings(header_read_timeout=round(options.keep_alive * 1000)),
            log_level=LogLevels.warning,
        ).serve()


if __name__ == "__main__":
    main()
