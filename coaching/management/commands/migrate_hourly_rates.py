"""`manage.py migrate_hourly_rates [--dry-run]`: makes a session config for builders who have only an hourly rate."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from django.core.management.base import BaseCommand, CommandParser
from django.db import transaction

from coaching.models import Offer
from coaching.services import Config, save_config
from core.money import rounded

SHARES = {30: Decimal("0.5"), 60: Decimal(1), 90: Decimal("1.5")}


class Command(BaseCommand):
    help = "Creates a session config of 30, 60 and 90 minutes from each hourly rate. It can be run again."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--dry-run", action="store_true", help="only say what would be done")

    def handle(self, *args: Any, **options: Any) -> None:
        offers = Offer.objects.filter(hourly_rate__isnull=False, durations__isnull=True).select_related("builder")
        count = 0
        for offer in offers.order_by("builder_id").iterator():
            self._migrate(offer, is_dry=options["dry_run"])
            count += 1
        verb = "would get" if options["dry_run"] else "got"
        self.stdout.write(f"{count} builder{'' if count == 1 else 's'} {verb} a session config.")

    def _migrate(self, offer: Offer, *, is_dry: bool) -> None:
        rate = offer.hourly_rate
        assert rate is not None
        prices = {minutes: rounded(rate * share, offer.currency) for minutes, share in SHARES.items()}
        price_texts = ", ".join(f"{minutes} min {price}" for minutes, price in prices.items())
        self.stdout.write(f"{offer.builder.display_name}: {price_texts} {offer.currency}")
        if not is_dry:
            with transaction.atomic():
                save_config(
                    builder=offer.builder,
                    config=Config(prices=prices, currency=offer.currency, is_active=offer.is_active),
                )
