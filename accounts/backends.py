"""The authentication backend: signs people in by a verified address and their password."""

from __future__ import annotations

from typing import Any

from allauth.account.auth_backends import AuthenticationBackend
from django.contrib.auth.base_user import AbstractBaseUser

from accounts.addresses import services as addresses
from accounts.models import User
from core.compiled import CompiledQuery

# Every request of somebody who is signed in runs it.
_people = CompiledQuery(lambda pk: User.objects.with_roles().with_unread().filter(pk=pk).order_by())


class SignIn(AuthenticationBackend):
    """allauth's backend, which here loads people with what every page shows of them."""

    def get_user(self, user_id: Any) -> User | None:
        """Returns the signed-in person with their roles and number of unread notifications. One query."""
        user = _people.first(User._meta.pk.to_python(user_id))
        return user if user and self.user_can_authenticate(user) else None

    def _authenticate_by_email(self, email: str, password: str) -> AbstractBaseUser | None:
        """Checks the password of the person who has verified the address.

        An account that uses the address without having verified it cannot sign in: anybody may have made it.
        """
        user: AbstractBaseUser | None = self._check_password(addresses.owner_of(email), password)
        return user
