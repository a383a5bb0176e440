"""A worker that is killed after Stripe has answered and before it commits: `python -m tests.payments.stripe.killed_worker
PAYMENT`. Its environment names the database and the stand-in."""

from __future__ import annotations

import os
import signal
import sys

import django


def main(payment_id: str) -> None:
    django.setup()
    from payments.stripe import listeners, operations, refreshing  # once Django is set up

    operations.capture(payment_id)
    listeners.on_payment(lambda payment: os.kill(os.getpid(), signal.SIGKILL))  # after the posts, before the commit
    refreshing.refresh_payment(payment_id)


if __name__ == "__main__":
    main(sys.argv[1])
