"""`/api/me`: who the caller is."""

from __future__ import annotations

from uuid import UUID

from ninja import Router

from accounts.access import PersonRequest
from accounts.models import User
from accounts.roles import Role
from core.api import Answer, Out, signed_in

router = Router(tags=["People"])


class Person(Out):
    id: UUID
    email: str
    display_name: str
    roles: list[str]
    timezone: str
    is_builder: bool

    @classmethod
    def of(cls, user: User) -> Person:
        return cls(
            id=user.pk,
            email=user.email,
            display_name=user.display_name,
            roles=["client", *sorted(user.roles)],
            timezone=user.timezone,
            is_builder=Role.BUILDER in user.roles,
        )


class PersonAnswer(Answer):
    user: Person


@router.get("/me", response=PersonAnswer, auth=signed_in, by_alias=True, summary="Who am I?")
def me(request: PersonRequest) -> PersonAnswer:
    return PersonAnswer(user=Person.of(request.user))
