"""A worker that is killed after Stripe has taken the evidence and before that is saved:
`python -m tests.payments.disputes.killed_submitter`. Its environment names the database and the stand-in."""

from __future__ import annotations

import os
import signal
from typing import Any

import django


def main() -> None:
    django.setup()
    from core import outbox  # once Django is set up
    from payments.stripe import disputes

    submit = disputes.submit_evidence

    def submit_and_die(*args: Any, **options: Any) -> None:
        submit(*args, **options)
        os.kill(os.getpid(), signal.SIGKILL)

    disputes.submit_evidence = submit_and_die  # type: ignore[assignment]  # it never returns
    outbox.deliver_due("dispute")


if __name__ == "__main__":
    main()
