"""The middleware by which staff act as a person: the request's person is replaced, and most pages are refused."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.contrib.auth.models import AnonymousUser
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse

from accounts.acting_as import browser, services
from accounts.acting_as.browser import Acting
from accounts.models import ActingSession
from accounts.refusals import AccountRefusal
from core import audit, clock
from core.acting import is_allowed_while_acting
from core.errors import Refused
from core.middleware import READS
from core.views.errors import refusal_response

# Paths that are the same for everybody.
PATHS_WITHOUT_PERSON = ("/static/", "/media/avatars/", "/healthz", "/readyz", "/metrics", "/webhooks/")
LIVE = "/live/"
SIGN_OUT = "account_logout"
End = ActingSession.End
OVER = {
    End.STOPPED: "You have stopped acting as somebody else.",
    End.TIME: "You acted as somebody else for half an hour, which is over now.",
    End.ANOTHER: "You began to act as somebody in another browser, so you have stopped here.",
    End.SIGNED_OUT: "You have stopped acting as somebody else.",
    End.RIGHTS: "You may not act as other people any more.",
    End.PERSON: "You have stopped acting as somebody else: their account was switched off, or belongs to staff now.",
}


class ActAs:
    """Replaces the request's person by the one that a member of staff acts as, and refuses all pages but those of
    `core.acting`. The stream of live events has no person then, and so shows nothing that is private."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if request.path.startswith(PATHS_WITHOUT_PERSON):
            return self.get_response(request)
        acting = browser.acting_in(request)
        # The stream must not save the session: it would keep a connection to the database for as long as it is open.
        if isinstance(acting, str) and request.path not in (reverse(SIGN_OUT), LIVE):
            browser.leave(request)
            messages.info(request, OVER[End(acting)])
            if request.method not in READS:
                return self._not_done(request)
        if not isinstance(acting, Acting):
            return self.get_response(request)
        vars(request)["acting"] = acting
        request.user = AnonymousUser() if request.path == LIVE else acting.person
        token = audit.acting_as.set(acting.staff.pk)
        try:
            return self.get_response(request)
        finally:
            audit.acting_as.reset(token)

    def process_view(self, request: HttpRequest, view: object, args: Any, options: Any) -> HttpResponseBase | None:
        acting: Acting | None = getattr(request, "acting", None)
        if acting is None or request.resolver_match is None:
            return None
        name = request.resolver_match.view_name
        if name == SIGN_OUT and request.method == "POST":
            self._sign_out(request, acting)
            return None
        if is_allowed_while_acting(name):
            return None
        if request.path.startswith("/api/"):
            return refusal_response(request, Refused(AccountRefusal.NOT_WHILE_ACTING))
        return render(request, "core/acting_refused.html", status=403)

    def _not_done(self, request: HttpRequest) -> HttpResponse:
        """Answers what was sent from a page of the person: it must not be done for the member of staff instead."""
        if request.path.startswith("/api/"):
            return refusal_response(request, Refused(AccountRefusal.NOT_WHILE_ACTING))
        if request.path != reverse("accounts:stop_acting"):
            messages.warning(request, "What you sent last was not done.")
        if not request.headers.get("HX-Request"):
            return redirect("accounts:start")
        response = HttpResponse(status=204)
        response["HX-Redirect"] = reverse("accounts:start")
        return response

    def _sign_out(self, request: HttpRequest, acting: Acting) -> None:
        """Ends it, so that the member of staff signs out themselves."""
        services.end(acting=acting.session, because=End.SIGNED_OUT, now=clock.now())
        request.user = acting.staff
        del vars(request)["acting"]
