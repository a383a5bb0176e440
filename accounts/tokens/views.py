"""One's API tokens: made, shown once, revoked."""

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
    """A new token is shown in the answer to the POST that made it, and never again."""
    form = TokenForm(request.POST or None)
    secret = ""
    if request.method == "POST" and form.is_valid():
        wanted = form.cleaned_data
        secret = tokens.issue(user=request.user, name=wanted["name"], scopes=[wanted["scopes"]], days=wanted["days"])
        form = TokenForm()
    listed = request.user.api_tokens.filter(revoked_at__isnull=True)
    context = {"form": form, "secret": secret, "tokens": listed, "now": clock.now()}
    return render(request, "accounts/tokens.html", context, status=422 if form.errors else 200)


@signed_in
@require_POST
def revoke_token(request: SignedInRequest, pk: UUID) -> HttpResponse:
    if not tokens.revoke(user=request.user, token=pk):
        raise Http404
    messages.success(request, "The token is revoked. Whatever used it is signed out now.")
    return redirect("accounts:tokens")


@signed_in
@require_POST
def revoke_all_tokens(request: SignedInRequest) -> HttpResponse:
    """Ends every token at once: for whoever does not know which of them somebody else has seen."""
    tokens.revoke_all(user=request.user, by=request.user, because="all revoked by their owner")
    messages.success(request, "All your tokens are revoked. Whatever used them is signed out now.")
    return redirect("accounts:tokens")
