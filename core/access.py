"""Access guards for views. Every view declares one; a test fails for a view that does not."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any, TypeVar

from django.contrib.auth.decorators import login_not_required
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponseBase

View = TypeVar("View", bound=Callable[..., Any])


def public(view: View) -> View:
    """Lets everybody open the view."""
    return _declare(login_not_required(view), "public")


def signed_in(view: View) -> View:
    """Lets everybody with an account open the view; the middleware redirects others to the sign-in page."""
    return _declare(view, "signed in")


def role_required(*roles: str) -> Callable[[Callable[..., HttpResponseBase]], Callable[..., HttpResponseBase]]:
    """Lets people with one of the roles open the view: others get a 403, anonymous visitors the sign-in page."""

    return guard_with(lambda user: bool(set(roles) & set(getattr(user, "roles", ()))), " or ".join(sorted(roles)))


def guard_with(
    may_open: Callable[[Any], bool], guard: str
) -> Callable[[Callable[..., HttpResponseBase]], Callable[..., HttpResponseBase]]:
    """Lets people open the view for whom `may_open` is true, as `role_required` does; `guard` says who they are."""

    def decorate(view: Callable[..., HttpResponseBase]) -> Callable[..., HttpResponseBase]:
        @wraps(view)
        def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
            if not may_open(request.user):
                raise PermissionDenied
            return view(request, *args, **kwargs)

        return _declare(guarded, guard)

    return decorate


def _declare(view: View, guard: str) -> View:
    setattr(view, "guard", guard)  # noqa: B010  (the type of functions has no such attribute)
    return view
