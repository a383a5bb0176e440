"""The pages on which a builder connects an account at an outside service, and disconnects it."""

from __future__ import annotations

import secrets
from typing import Any
from uuid import UUID

from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.access import SignedInRequest
from accounts.roles import Role
from connections.oauth import services, wire
from connections.oauth.models import LinkedAccount
from connections.oauth.registry import OAuthClient, OAuthService, service_named, service_of
from core import clock, flags
from core.access import role_required
from core.errors import Refused

builders_only = role_required(Role.BUILDER)

SESSION = "accounts being connected"
MOST_AT_ONCE = 5  # in tabs of one browser
SECONDS = 15 * 60


@builders_only
@require_POST
def start(request: SignedInRequest, service: str) -> HttpResponse:
    """Begins to connect an account: what comes back from the service has to match this browser and this person."""
    registered, _ = _offered(request, service)
    pending = _pending(request)
    state = secrets.token_urlsafe(32)
    pending[state] = {
        "service": registered.name,
        "person": str(request.user.pk),
        "verifier": wire.new_verifier(),
        "at": int(clock.now().timestamp()),
    }
    request.session[SESSION] = dict(list(pending.items())[-MOST_AT_ONCE:])
    return redirect(f"{reverse('connections:agree', args=[registered.name])}?state={state}")


@require_safe
@builders_only
def agree(request: SignedInRequest, service: str) -> HttpResponse:
    """Shows the link to the service. A form could not lead there: the policy of our pages lets forms post to us only."""
    registered, client = _offered(request, service)
    state = request.GET.get("state", "")
    pending = _pending(request).get(state)
    if pending is None or pending["service"] != registered.name:
        return _back(request, f"Start again to connect {registered.label}.")
    address = wire.authorize_address(
        client, state=state, verifier=pending["verifier"], redirect_uri=_redirect_uri(registered)
    )
    return render(request, "connections/agree.html", {"service": registered, "address": address})


@require_safe
@builders_only
def callback(request: SignedInRequest, service: str) -> HttpResponse:
    """Connects the account when the service sends the person back. The state works once, for who began."""
    registered, _ = _offered(request, service)
    state, code = request.GET.get("state", ""), request.GET.get("code", "")
    pending = _pending(request)
    begun = pending.pop(state, None)
    request.session[SESSION] = pending
    if begun is None or begun["service"] != registered.name or begun["person"] != str(request.user.pk):
        return _back(
            request,
            f"This was not started in this browser, or it took too long. Try to connect {registered.label} again.",
        )
    if request.GET.get("error") or not code or len(code) > 4_000:
        return _back(request, f"{registered.label} was not connected, because you did not allow it there.")
    try:
        account = services.connect(
            owner=request.user, service=registered, code=code, verifier=begun["verifier"],
            redirect_uri=_redirect_uri(registered),
        )  # fmt: skip
    except Refused as refused:
        return _back(request, refused.sentence)
    messages.success(request, f"{registered.label} is connected{f' as {account.name}' if account.name else ''}.")
    return redirect("scheduling:connections")


@builders_only
@require_http_methods(["GET", "HEAD", "POST"])
def disconnect(request: SignedInRequest, pk: UUID) -> HttpResponse:
    """Asks before it disconnects an account. Works with the feature switched off too."""
    account = get_object_or_404(LinkedAccount, owner=request.user.pk, pk=pk)
    service = service_of(account)
    if service.page:
        return redirect(service.page)
    if request.method == "POST":
        services.disconnect(account=account, by=request.user)
        messages.success(request, f"{service.label} is disconnected.")
        return redirect("scheduling:connections")
    return render(request, "connections/disconnect.html", {"account": account, "service": service})


def _offered(request: HttpRequest, name: str) -> tuple[OAuthService, OAuthClient]:
    """Returns the service if it is set up and switched on for this person; otherwise it does not exist."""
    service = service_named(name)
    client = service.client() if service is not None else None
    if service is None or client is None or not flags.is_on(request, service.flag):
        raise Http404
    return service, client


def _pending(request: HttpRequest) -> dict[str, dict[str, Any]]:
    """Returns what this browser has begun and not finished in the last quarter of an hour."""
    earliest = clock.now().timestamp() - SECONDS
    begun = request.session.get(SESSION, {})
    return {state: entry for state, entry in begun.items() if entry["at"] >= earliest}


def _redirect_uri(service: OAuthService) -> str:
    return f"{settings.SITE_URL}{reverse('connections:callback', args=[service.name])}"


def _back(request: HttpRequest, sentence: str) -> HttpResponse:
    messages.error(request, sentence)
    return redirect("scheduling:connections")
