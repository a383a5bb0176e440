"""A worker that is killed after Stripe has made a transfer or a reversal and before that is saved:
`python -m tests.payments.payouts.killed_sender CHANNEL`. Its environment names the database and the stand-in."""

from __future__ import annotations

import os
import signal
import sys
from collections.abc import Callable
from typing import Any

import django


def main(channel: str) -> None:
    django.setup()
    from core import outbox  # once Django is set up
    from payments.stripe import transfers

    def and_die(ask: Callable[..., Any]) -> Callable[..., Any]:
        def ask_and_die(*args: Any, **options: Any) -> None:
            ask(*args, **options)
            os.kill(os.getpid(), signal.SIGKILL)

        return ask_and_die

    transfers.send, transfers.take_back = and_die(transfers.send), and_die(transfers.take_back)
    outbox.deliver_due(channel)


if __name__ == "__main__":
    main(sys.argv[1])
