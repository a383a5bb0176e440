"""A request whose person is known to be signed in, and the guard for what must not happen behind their back."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from allauth.account.decorators import reauthentication_required
from django.http import HttpRequest, HttpResponseBase

from accounts.models import User
from accounts.roles import Role
from core.access import signed_in
from core.api import signed_in as api_signed_in
from core.errors import Refusal, Refused


class SignedInRequest(HttpRequest):
    user: User


def recently_confirmed(view: Callable[..., HttpResponseBase]) -> Any:
    """Signed in, and shown again within a quarter of an hour that it is them: by password or second factor."""
    return signed_in(reauthentication_required(view))


def recently_confirmed_to_post(view: Callable[..., HttpResponseBase]) -> Any:
    """Signed in to look; to do something, confirmed. What was sent is done once they have confirmed."""
    return signed_in(reauthentication_required(view, allow_get=True))


def builder_only(request: HttpRequest) -> User:
    """For the API's `auth=`: who is no builder hears so before anybody reads what they sent."""
    person: User = api_signed_in(request)
    if Role.BUILDER not in person.roles:
        raise Refused(Refusal.FORBIDDEN)
    return person
