"""The authentication backend: signs people in by a verified address and their password."""

from __future__ import annotations

from functools import cache
from typing import Any
from uuid import UUID

from allauth.account.auth_backends import AuthenticationBackend
from django.contrib.auth.base_user import AbstractBaseUser

from accounts.addresses import services as addresses
from accounts.models import User


@cache
def _query_of_person() -> tuple[str, tuple[Any, ...]]:
    """Returns the SQL that loads a person, and its parameters without the last, which is the person's key.

    Every request of somebody who is signed in runs it. Django takes 2 ms of CPU to put it together, so that is done once.
    """
    nobody = UUID(int=0)
    people = User.objects.with_roles().with_unread().filter(pk=nobody).order_by()
    sql, parameters = people.query.sql_with_params()
    assert parameters[-1] == nobody
    return sql, parameters[:-1]


class SignIn(AuthenticationBackend):
    """allauth's backend, which here loads people with what every page shows of them."""

    def get_user(self, user_id: Any) -> User | None:
        """Returns the signed-in person with their roles and number of unread notifications. One query."""
        sql, parameters = _query_of_person()
        user = next(iter(User.objects.raw(sql, [*parameters, User._meta.pk.to_python(user_id)])), None)
        return user if user and self.user_can_authenticate(user) else None

    def _authenticate_by_email(self, email: str, password: str) -> AbstractBaseUser | None:
        """Checks the password of the person who has verified the address.

        An account that uses the address without having verified it cannot sign in: anybody may have made it.
        """
        user: AbstractBaseUser | None = self._check_password(addresses.owner_of(email), password)
        return user
