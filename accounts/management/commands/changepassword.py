"""`manage.py changepassword EMAIL`: Django's command, which here also ends the person's API tokens."""

from typing import Any

from django.contrib.auth.management.commands import changepassword
from django.db import transaction

from accounts.models import User
from accounts.tokens import services as tokens


class Command(changepassword.Command):
    help = "Changes somebody's password and ends their API tokens."

    @transaction.atomic
    def handle(self, *args: Any, **options: Any) -> str:
        message = super().handle(*args, **options)
        user = User.objects.get(email=options["username"])
        ended = tokens.revoke_all(user=user, because="password changed by manage.py changepassword")
        return f"{message}. API tokens ended: {ended}"
