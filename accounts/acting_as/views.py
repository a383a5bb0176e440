"""The page that ends acting as a person."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_POST

from accounts.acting_as import browser, services
from accounts.models import ActingSession
from core import clock
from core.access import signed_in


@signed_in
@require_POST
def stop_acting(request: HttpRequest) -> HttpResponse:
    """Ends acting as a person, and shows staff that person's page again. Does nothing if it has ended already."""
    acting: browser.Acting | None = getattr(request, "acting", None)
    if acting is None:
        return redirect("accounts:start")
    services.end(acting=acting.session, because=ActingSession.End.STOPPED, now=clock.now())
    browser.leave(request)
    messages.success(request, f"You have stopped acting as {acting.person.display_name}.")
    return redirect("operations:person", acting.person.pk)
