"""Removes a person who loses the builder role from the enrolments they lead."""

from __future__ import annotations

from typing import Any

from django.dispatch import receiver

from accounts.models import User
from accounts.roles import Role
from accounts.signals import role_lost
from pathways.progress.enrolments import builder_left


@receiver(role_lost, dispatch_uid="pathways")
def leave_enrolments(sender: Any, user: User, role: Role, **kwargs: Any) -> None:
    if role == Role.BUILDER:
        builder_left(user)
