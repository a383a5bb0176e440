"""One's API tokens: made, shown once, revoked."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_POST

from accounts import tokens
from accounts.access import PersonRequest, confirmed_to_post
from accounts.forms import TokenForm
from core.access import signed_in


@confirmed_to_post
@require_http_methods(["GET", "HEAD", "POST"])
def tokens_page(request: PersonRequest) -> HttpResponse:
    """A new token is shown in the answer to the POST that made it, and never again."""
    form = TokenForm(request.POST or None)
    secret = ""
    if request.method == "POST" and form.is_valid():
        secret = tokens.issue(user=request.user, name=form.cleaned_data["name"])
        form = TokenForm()
    live = request.user.api_tokens.filter(revoked_at__isnull=True)
    context = {"form": form, "secret": secret, "tokens": live}
    return render(request, "accounts/tokens.html", context, status=422 if form.errors else 200)


@signed_in
@require_POST
def revoke_token(request: PersonRequest, pk: UUID) -> HttpResponse:
    if not tokens.revoke(user=request.user, token=pk):
        raise Http404
    messages.success(request, "The token is revoked. Whatever used it is signed out now.")
    return redirect("accounts:tokens")
