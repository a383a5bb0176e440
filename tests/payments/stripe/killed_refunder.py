"""A worker that is killed after Stripe has made a refund and before that is saved: `python -m tests.payments.stripe.killed_refunder`.
Its environment names the database and the stand-in."""

from __future__ import annotations

import os
import signal

import django


def main() -> None:
    django.setup()
    from core import outbox
    from payments.stripe.listeners import on_payment  # once Django is set up

    on_payment(lambda payment: os.kill(os.getpid(), signal.SIGKILL))
    outbox.deliver_due("refund")


if __name__ == "__main__":
    main()
