"""`manage.py pay_builders`: starts the night's payouts at once, for one builder or for all."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db.models import Q

from accounts.models import User
from core.errors import Refused
from core.ids import parse_uuid
from payments.payouts import by_hand


class Command(BaseCommand):
    help = "Makes payable what is due and queues its transfers, as is done each night. The worker sends them."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--builder", help="the id or the email address of a builder; without it, all of them")

    def handle(self, *args: Any, **options: Any) -> None:
        del args
        builder = self._builder(options["builder"]) if options["builder"] else None
        try:
            count = by_hand.pay_now(builder=builder, by=None)
        except Refused as refused:
            raise CommandError(refused.sentence) from None
        self.stdout.write(f"{count} transfer{'' if count == 1 else 's'} queued")

    def _builder(self, text: str) -> User:
        key = parse_uuid(text)
        person = User.objects.filter(Q(pk=key) if key else Q(email__iexact=text)).first()
        if person is None:
            raise CommandError(f"there is nobody with the id or email address {text}")
        return person
