"""`manage.py createsuperuser`: Django's command, which here also grants the role of admin."""

from typing import Any

from django.contrib.auth.management.commands import createsuperuser
from django.db import transaction

from accounts import services
from accounts.models import User, UserManager
from accounts.roles import Role


class Command(createsuperuser.Command):
    help = "Creates an admin, whose address counts as verified."
    address = ""  # the last valid one, which Django's command uses

    @transaction.atomic
    def handle(self, *args: Any, **options: Any) -> None:
        super().handle(*args, **options)
        # Nobody is created where Django's command cannot ask for the password.
        user = User.objects.get_queryset().filter(email=UserManager.normalize_email(self.address)).first()
        if user is not None:
            services.grant(user=user, role=Role.ADMIN, by=None, reason="createsuperuser")

    def _validate_username(self, username: str, verbose_field_name: str, database: str) -> str | None:
        error: str | None = super()._validate_username(  # type: ignore[misc]  # django-stubs leaves it out
            username, verbose_field_name, database
        )
        self.address = "" if error else username
        return error
