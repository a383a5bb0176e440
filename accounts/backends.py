"""Signing in: by email and password, with the person's roles in the query that loads them."""

from __future__ import annotations

from typing import Any

from allauth.account.auth_backends import AuthenticationBackend

from accounts.models import User


class SignIn(AuthenticationBackend):
    def get_user(self, user_id: Any) -> User | None:
        user = User.objects.with_roles().with_unread().filter(pk=user_id).first()
        return user if user and self.user_can_authenticate(user) else None
