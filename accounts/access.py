"""Who may open which page: the type of a signed-in request, and guards beyond being signed in."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from allauth.account.decorators import reauthentication_required
from django.http import HttpRequest, HttpResponseBase

from accounts.applications import may_prepare
from accounts.models import User
from accounts.roles import Role
from core.access import guard_with, signed_in
from core.api import signed_in as api_signed_in
from core.errors import Refusal, Refused


class SignedInRequest(HttpRequest):
    """A request behind one of the guards, so that its `user` is a person and never anonymous."""

    user: User


def recently_confirmed(view: Callable[..., HttpResponseBase]) -> Any:
    """Opens the view only to people who gave their password or second factor in the last 15 minutes."""
    return signed_in(reauthentication_required(view))


def recently_confirmed_to_post(view: Callable[..., HttpResponseBase]) -> Any:
    """Opens the view to signed-in people, but asks for their password or second factor before a POST.

    The POST itself is carried out once they have given it.
    """
    return signed_in(reauthentication_required(view, allow_get=True))


def prepares(view: Callable[..., HttpResponseBase]) -> Callable[..., HttpResponseBase]:
    """Opens the view to builders, and to people who have applied to become one, so that they can prepare meanwhile."""
    return guard_with(may_prepare, "builder or applicant")(view)


def builder_only(request: HttpRequest) -> User:
    """Authenticates a builder, for `auth=` of the API. It refuses others before the body of the request is parsed."""
    person: User = api_signed_in(request)
    if Role.BUILDER not in person.roles:
        raise Refused(Refusal.FORBIDDEN)
    return person
