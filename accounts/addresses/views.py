"""The page of a person's email address, and the page that confirms a new one."""

from __future__ import annotations

from allauth.account.adapter import get_adapter
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from accounts.access import SignedInRequest, recently_confirmed_to_post
from accounts.addresses import changes as address_changes
from accounts.sign_in import limits
from accounts.sign_in.forms import AddressForm
from accounts.tokens.services import ended_text
from core.access import signed_in
from core.mail_log.services import release
from core.requests import own_path


@recently_confirmed_to_post
@require_http_methods(["GET", "HEAD", "POST"])
def address(request: SignedInRequest) -> HttpResponse:
    """Shows the person's address and requests another one. The old one stays until the new one is confirmed."""
    change = address_changes.pending_for(request.user)
    if change and "action_send" in request.POST:
        limits.count_confirmation_mail(change.email)
        address_changes.send_link(change=change)
        messages.success(request, f"We sent another mail to {change.email}.")
        return redirect("account_email")
    if "action_remove" in request.POST:
        address_changes.cancel(user=request.user)
        return redirect("account_email")
    form = AddressForm(request.POST if "action_add" in request.POST else None, user=request.user)
    if form.is_valid():
        address_changes.ask(user=request.user, email=form.cleaned_data["email"])
        return redirect("account_email")
    context = {"form": form, "change": change}
    return render(request, "account/email_change.html", context, status=422 if form.errors else 200)


@signed_in
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def confirm_address(request: SignedInRequest, key: str) -> HttpResponse:
    """Confirms a new address; the link in the mail leads here.

    Only the person who requested the change can confirm it. Otherwise the owner of an address could give it to a
    stranger's account by one click.
    """
    change = address_changes.change_for_link(key)
    if change is None or change.user != request.user:
        return render(request, "account/address_confirm.html", {"change": None})
    if request.method == "POST":
        former = change.user.email
        ended_tokens = address_changes.confirm(change=change)
        if ended_tokens is None:
            return render(request, "account/address_confirm.html", {"change": None})
        context = {"from_email": former, "to_email": change.email}
        get_adapter(request).send_notification_mail("account/email/email_changed", change.user, context, email=former)
        messages.success(request, f"Your address is {change.email} now. {ended_text(ended_tokens)}".strip())
        return redirect("account_email")
    return render(request, "account/address_confirm.html", {"change": change})


@signed_in
@require_POST
def address_works(request: SignedInRequest) -> HttpResponse:
    """Lets the person's address be mailed again, because they say that it works; the notice on every page goes."""
    if release(address=request.user.email, by=request.user):
        messages.success(request, f"We send mail to {request.user.email} again.")
    return redirect(own_path(request.POST.get("next", ""), reverse("account_email")))
