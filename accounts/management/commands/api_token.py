"""`manage.py api_token EMAIL`: makes an API token for a person."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from accounts.models import User, UserManager
from accounts.tokens import services as tokens
from core.errors import Refused
from core.scopes import Scope


class Command(BaseCommand):
    help = "Creates an API token for a person and prints it once."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("email")
        parser.add_argument("--name", default="command line", help="what the token is for")
        parser.add_argument(
            "--scope",
            choices=Scope.values,
            default=Scope.MANAGE.value,
            help="what it may do: read, book (and read), or manage, which is everything (the default)",
        )
        parser.add_argument(
            "--days",
            type=int,
            default=tokens.DEFAULT_DAYS,
            help=f"how long it works: {tokens.DEFAULT_DAYS} days unless you say otherwise, {tokens.MAX_DAYS} at most",
        )

    def handle(self, *args: Any, email: str, name: str, scope: str, days: int, **options: Any) -> None:
        user = User.objects.filter(email=UserManager.normalize_email(email), is_active=True).first()
        if user is None:
            raise CommandError(f"There is no account with the address {email}.")
        try:
            self.stdout.write(tokens.issue(user=user, name=name, scopes=[scope], days=days))
        except Refused as refused:
            raise CommandError(refused.text) from None
