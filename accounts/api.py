"""`/api/me` and `/api/user/role`: who the caller is, and which roles people hold."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Literal
from uuid import UUID

from django.http import Http404
from ninja import Body, Router, Status
from pydantic import StringConstraints

from accounts import applications, services
from accounts.access import SignedInRequest
from accounts.models import BuilderApplication, RoleGrant, User
from accounts.roles import Role
from core.api import In, Out, SuccessBody, signed_in
from core.errors import Refusal, Refused

router = Router(tags=["People"])
RoleName = Literal["builder", "support", "admin"]
Reason = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=500)]


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
            roles=_roles_of(user),
            timezone=user.timezone,
            is_builder=Role.BUILDER in user.roles,
        )


class PersonAnswer(SuccessBody):
    user: Person


class RoleGrantOut(Out):
    """One role, from when to when and why."""

    role: str
    granted_at: datetime
    reason: str
    revoked_at: datetime | None
    revoke_reason: str | None


class Application(Out):
    id: UUID
    state: str
    created_at: datetime

    @classmethod
    def of(cls, application: BuilderApplication) -> Application:
        return cls(id=application.pk, state=application.state.upper(), created_at=application.created_at)


class RolesAnswer(SuccessBody):
    roles: list[str]
    history: list[RoleGrantOut]
    application: Application | None = None


class RoleChange(In):
    """From an admin: whose roles change. From anybody: `apply` opens a request that an admin decides."""

    user_id: UUID | None = None
    grant: list[RoleName] = []
    revoke: list[RoleName] = []
    reason: Reason | None = None
    apply: Literal["builder"] | None = None
    headline: Annotated[str, StringConstraints(strip_whitespace=True, max_length=120)] = ""
    message: Annotated[str, StringConstraints(strip_whitespace=True, max_length=2000)] | None = None


@router.get("/me", response=PersonAnswer, auth=signed_in, by_alias=True, summary="Who am I?")
def me(request: SignedInRequest) -> PersonAnswer:
    return PersonAnswer(user=Person.of(request.user))


@router.get(
    "/user/role", response=RolesAnswer, auth=signed_in, by_alias=True, summary="My roles and since when I have them"
)
def roles(request: SignedInRequest) -> RolesAnswer:
    return _roles_answer(request.user)


@router.post(
    "/user/role",
    response={200: RolesAnswer, 201: RolesAnswer},
    auth=signed_in,
    by_alias=True,
    summary="Apply for a role, or (as an admin) grant and revoke roles",
)
def change_roles(request: SignedInRequest, payload: Body[RoleChange]) -> Status[RolesAnswer]:
    if payload.apply:
        return Status(201, _apply(request.user, payload))
    if Role.ADMIN not in request.user.roles:
        raise Refused(Refusal.FORBIDDEN)
    return Status(200, _change(request.user, payload))


def _apply(user: User, payload: RoleChange) -> RolesAnswer:
    if payload.user_id not in (None, user.pk) or payload.grant or payload.revoke:
        raise Refused(Refusal.FORBIDDEN)
    message = payload.message or ""
    headline = payload.headline or message[:120]
    return _roles_answer(user, applications.apply(user=user, headline=headline, message=message))


def _change(admin: User, payload: RoleChange) -> RolesAnswer:
    missing = {
        name: ["This is required."]
        for name, value in (("user_id", payload.user_id), ("reason", payload.reason))
        if not value
    }
    if not payload.grant and not payload.revoke:
        missing["grant"] = ["Name a role to grant or to revoke."]
    if both := set(payload.grant) & set(payload.revoke):
        missing["revoke"] = [f"{', '.join(sorted(both))} cannot be granted and revoked at once."]
    if missing:
        raise Refused(Refusal.INVALID, fields=missing)
    assert payload.user_id
    assert payload.reason
    person = User.objects.filter(pk=payload.user_id).first()
    if person is None:
        raise Http404
    services.change_roles(
        user=person,
        grants=[Role(name) for name in payload.grant],
        revokes=[Role(name) for name in payload.revoke],
        by=admin,
        reason=payload.reason,
    )
    return _roles_answer(person)


def _roles_answer(user: User, application: BuilderApplication | None = None) -> RolesAnswer:
    return RolesAnswer(
        roles=_roles_of(user),
        history=[
            RoleGrantOut(
                role=grant.role,
                granted_at=grant.created_at,
                reason=grant.reason,
                revoked_at=grant.revoked_at,
                revoke_reason=grant.revoke_reason or None,
            )
            for grant in RoleGrant.objects.filter(user=user)
        ],
        application=Application.of(application) if application else None,
    )


def _roles_of(user: User) -> list[str]:
    return ["client", *sorted(user.roles)]
