"""Opens the pages of session plans to people who are signed in, while their flag is on."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.http import Http404, HttpResponseBase

from accounts.access import SignedInRequest
from bookings.flags import SESSION_PLANS
from core import flags
from core.access import signed_in


def plans_view(view: Callable[..., HttpResponseBase]) -> Callable[..., HttpResponseBase]:
    """Makes a page of session plans: a 404 while they are switched off, the sign-in page for strangers."""

    @wraps(view)
    def flagged(request: SignedInRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if not flags.is_on(request, SESSION_PLANS):
            raise Http404
        return view(request, *args, **kwargs)

    return signed_in(flagged)
