"""`manage.py compare_with_stripe`: compares the ledger with the balance at Stripe at once, as is done each night."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandError

from core import clock
from core.service_calls import ServiceDown
from payments.stripe import differences
from payments.stripe.configuration import is_configured


class Command(BaseCommand):
    help = "Reads the balance at Stripe, posts what the ledger has missed, and prints the differences that are left."

    def handle(self, *args: Any, **options: Any) -> None:
        del args, options
        if not is_configured():
            raise CommandError("This site has no key for Stripe.")
        from payments.stripe import balance  # with the SDK, which takes a while to import
        from payments.stripe.errors import PaymentRefused

        try:
            count = balance.read_balance()
        except (ServiceDown, PaymentRefused) as error:
            raise CommandError(f"The balance could not be read. {error}") from None
        left = differences.report(clock.now())
        for difference in left:
            self.stdout.write(difference)
        self.stdout.write(f"{count} movements read, {len(left)} difference{'' if len(left) == 1 else 's'}")
