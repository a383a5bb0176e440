"""Signing in: by a proven address and password, with the person's roles in the query that loads them."""

from __future__ import annotations

from typing import Any

from allauth.account.auth_backends import AuthenticationBackend
from django.contrib.auth.base_user import AbstractBaseUser

from accounts.addresses import services as addresses
from accounts.models import User


class SignIn(AuthenticationBackend):
    def get_user(self, user_id: Any) -> User | None:
        user = User.objects.with_roles().with_unread().filter(pk=user_id).first()
        return user if user and self.user_can_authenticate(user) else None

    def _authenticate_by_email(self, email: str, password: str) -> AbstractBaseUser | None:
        """The owner of the address alone: whoever made an account with it without proof may be anybody."""
        user: AbstractBaseUser | None = self._check_password(addresses.owner_of(email), password)
        return user
