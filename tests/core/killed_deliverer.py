"""A worker that is killed in the middle of a delivery: `python -m tests.core.killed_deliverer`. Its environment names the
database."""

from __future__ import annotations

import os
import signal
from typing import Any

import django


def main() -> None:
    django.setup()
    from core import outbox  # once Django is set up

    def deliver(message: Any) -> None:
        os.kill(os.getpid(), signal.SIGKILL)

    outbox.register_channel("test", deliver)
    outbox.deliver_due("test")


if __name__ == "__main__":
    main()
