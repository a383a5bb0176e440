"""The pages of a person's invitations, and the page that an invitation leads to."""

from __future__ import annotations

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.access import SignedInRequest
from accounts.roles import Role
from core import clock
from core.access import public, signed_in
from core.errors import Refused
from core.forms import add_refusal
from referrals import queries, services
from referrals.codes import code_named, keep_code
from referrals.forms import RedeemForm
from referrals.models import Referral
from referrals.rules import conditions, promise_for_friend, promise_for_referrer, rules_at


@signed_in
@require_http_methods(["GET", "HEAD", "POST"])
def own(request: SignedInRequest) -> HttpResponse:
    """Shows the person's link, who joined through it and what they got for it; POST makes a new link."""
    if request.method == "POST":
        try:
            services.replace_code(person=request.user)
        except Refused as refused:
            messages.error(request, refused.text)
        else:
            messages.success(request, "This is your new link. Any links that you have sent before keep working.")
        return redirect("referrals:own")
    return _own_page(request, RedeemForm())


@signed_in
@require_POST
def redeem(request: SignedInRequest) -> HttpResponse:
    """Records who invited the person, by the code that they typed."""
    form = RedeemForm(request.POST)
    if form.is_valid():
        try:
            referral = services.redeem(person=request.user, code=form.cleaned_data["code"])
        except Refused as refused:
            add_refusal(form, refused)
        else:
            messages.success(request, f"Saved: {referral.referrer.display_name} invited you.")
            return redirect("referrals:own")
    return _own_page(request, form)


def _own_page(request: SignedInRequest, form: RedeemForm) -> HttpResponse:
    rules = rules_at(clock.now())
    context = {
        "code": queries.code_of(request.user),
        "referrals": queries.referrals_by(request.user),
        "rewards": queries.rewards_of(request.user),
        "promises": [promise_for_referrer(rule) for rule in rules],
        "conditions": conditions(rules),
        "was_invited": Referral.objects.filter(friend=request.user).exists(),
        "form": form,
    }
    return render(request, "referrals/own.html", context, status=422 if form.errors else 200)


@public
@never_cache
@require_safe
def invitation(request: HttpRequest, code: str) -> HttpResponse:
    """Says who invites and what both get, and keeps the code in a cookie until the visitor joins."""
    known = code_named(code)
    if known is None:
        raise Http404
    profile = getattr(known.owner, "builder_profile", None)
    is_builder = Role.BUILDER in known.owner.roles and profile is not None and profile.is_public
    promises = [promise_for_friend(rule) for rule in rules_at(clock.now())[:1]]
    context = {
        "owner": known.owner,
        "is_own": known.owner == request.user,
        "promise": next(iter(promises), ""),
        "profile": profile if is_builder else None,
        "join_url": f"{reverse('account_signup')}",
    }
    response = render(request, "referrals/invitation.html", context)
    if not request.user.is_authenticated:
        keep_code(request, response, known)
    return response
