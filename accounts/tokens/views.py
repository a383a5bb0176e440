"""The pages to make and revoke a person's API tokens."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_POST

from accounts.access import SignedInRequest, recently_confirmed_to_post
from accounts.forms import TokenForm
from accounts.tokens import services as tokens
from core import clock
from core.access import signed_in


@recently_confirmed_to_post
@require_http_methods(["GET", "HEAD", "POST"])
def tokens_page(request: SignedInRequest) -> HttpResponse:
    """Lists the person's tokens and makes new ones. A new token is shown only in the response to the POST that made it."""
    form = TokenForm(request.POST or None)
    secret = ""
    if request.method == "POST" and form.is_valid():
        cleaned = form.cleaned_data
        secret = tokens.issue(user=request.user, name=cleaned["name"], scopes=[cleaned["scopes"]], days=cleaned["days"])
        form = TokenForm()
    unrevoked = request.user.api_tokens.filter(revoked_at__isnull=True)
    context = {"form": form, "secret": secret, "tokens": unrevoked, "now": clock.now()}
    return render(request, "accounts/tokens.html", context, status=422 if form.errors else 200)


@signed_in
@require_POST
def revoke_token(request: SignedInRequest, pk: UUID) -> HttpResponse:
    if not tokens.revoke(user=request.user, token=pk):
        raise Http404
    messages.success(request, "The token has been revoked. Programs that used it can no longer sign in.")
    return redirect("accounts:tokens")


@signed_in
@require_POST
def revoke_all_tokens(request: SignedInRequest) -> HttpResponse:
    """Ends every token of the person, for when they do not know which one somebody else has seen."""
    tokens.revoke_all(user=request.user, by=request.user, because="all revoked by their owner")
    messages.success(request, "All your tokens have been revoked. Programs that used them can no longer sign in.")
    return redirect("accounts:tokens")
