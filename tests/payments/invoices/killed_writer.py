"""A worker that is killed after it has taken a number and before it commits: `python -m
tests.payments.invoices.killed_writer SELLER BUYER`. Its environment names the database."""

from __future__ import annotations

import os
import signal
import sys

import django


def main(seller: str, buyer: str) -> None:
    django.setup()
    from django.db import transaction  # once Django is set up

    from accounts.models import User
    from tests.payments.invoices.cast import written

    with transaction.atomic():
        written(User.objects.get(pk=seller), User.objects.get(pk=buyer))
        os.kill(os.getpid(), signal.SIGKILL)


if __name__ == "__main__":
    main(*sys.argv[1:])
