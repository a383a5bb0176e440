"""Who may open an address. Every view declares its guard; a test fails for one that does not."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any, TypeVar

from django.contrib.auth.decorators import login_not_required
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponseBase

View = TypeVar("View", bound=Callable[..., Any])


def public(view: View) -> View:
    """Anyone."""
    return _declare(login_not_required(view), "public")


def signed_in(view: View) -> View:
    """Anyone with an account; the middleware sends others to sign in."""
    return _declare(view, "signed in")


def role_required(*roles: str) -> Callable[[Callable[..., HttpResponseBase]], Callable[..., HttpResponseBase]]:
    """People who hold one of the roles; 403 for others, the sign-in page for strangers."""

    def decorate(view: Callable[..., HttpResponseBase]) -> Callable[..., HttpResponseBase]:
        @wraps(view)
        def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
            if not set(roles) & set(getattr(request.user, "roles", ())):
                raise PermissionDenied
            return view(request, *args, **kwargs)

        return _declare(guarded, " or ".join(sorted(roles)))

    return decorate


def _declare(view: View, guard: str) -> View:
    setattr(view, "guard", guard)  # noqa: B010  (functions have no such attribute, as far as types know)
    return view
