"""`manage.py api_token EMAIL`: a personal token for a program."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from accounts import tokens
from accounts.models import User, UserManager


class Command(BaseCommand):
    help = "Makes an API token for a person and prints it, once."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("email")
        parser.add_argument("--name", default="command line", help="what the token is for")

    def handle(self, *args: Any, email: str, name: str, **options: Any) -> None:
        user = User.objects.filter(email=UserManager.normalize_email(email), is_active=True).first()
        if user is None:
            raise CommandError(f"Nobody here has the address {email}.")
        self.stdout.write(tokens.issue(user=user, name=name))
