"""`manage.py changepassword EMAIL`: Django's own, and whatever programs sign in with ends too."""

from typing import Any

from django.contrib.auth.management.commands import changepassword
from django.db import transaction

from accounts.models import User
from accounts.tokens import services as tokens


class Command(changepassword.Command):
    help = "Changes somebody's password and ends their API tokens."

    @transaction.atomic
    def handle(self, *args: Any, **options: Any) -> str:
        answer = super().handle(*args, **options)
        user = User.objects.get(email=options["username"])
        ended = tokens.revoke_all(user=user, because="password changed by manage.py changepassword")
        return f"{answer}. API tokens ended: {ended}"
