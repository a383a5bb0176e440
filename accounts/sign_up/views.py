"""Pages to join, to confirm the address and to reset a password. Each passes on the page that the person wants to go to."""

from __future__ import annotations

from typing import Any

from allauth.account.utils import passthrough_next_redirect_url, perform_login
from allauth.account.views import PasswordResetFromKeyView, PasswordResetView, SignupView
from django.contrib.auth import REDIRECT_FIELD_NAME
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.decorators import method_decorator
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from accounts.models import JoinInvitation, SignUp, User
from accounts.sign_in.forms import LinkForm, OtherBrowserForm
from accounts.sign_in.identity_checks import record_confirmed_sign_up
from accounts.sign_up import invitations
from accounts.sign_up import services as sign_ups
from accounts.time_zones.services import zone_at_sign_up
from core.access import public
from core.registry import referral_hooks
from core.requests import own_path

EMAIL_KEY = "sign_up_email"  # session key of the address that the link was sent to
MAX_PATH_LENGTH = SignUp._meta.get_field("next_path").max_length


class SignUpView(SignupView):
    """Begins a sign-up. The page that follows is the same whether or not the address has an account: only the mail differs.

    The link of an invitation leads here too, with its key. Without one the page may be closed.
    """

    invitation: JoinInvitation | None = None

    @method_decorator(login_not_required)
    def dispatch(self, request: HttpRequest, *args: Any, key: str = "", **options: Any) -> HttpResponseBase:
        self.invitation = invitations.for_key(key) if key else None
        if request.user.is_authenticated or invitations.may_join(self.invitation):
            response: HttpResponseBase = super().dispatch(request, *args, **options)
            return response
        context = {
            "why": invitations.why_closed(),
            "is_damaged": bool(key) and self.invitation is None,
            "login_url": _with_next(request, "account_login"),
        }
        return render(request, "account/sign_up_closed.html", context, status=403)

    def form_valid(self, form: Any) -> HttpResponse:
        cleaned = form.cleaned_data
        details = sign_ups.SignUpDetails(
            email=cleaned["email"],
            display_name=cleaned["display_name"],
            password=cleaned["password1"],
            timezone=zone_at_sign_up(self.request),
            next_path=next_path_of(self.request),
            invitation=self.invitation,
        )
        sign_ups.begin(details=details, browser_key=sign_ups.make_key(self.request.session))
        self.request.session[EMAIL_KEY] = details.email
        return redirect(_with_next(self.request, "account_email_verification_sent"))


class ForgottenPasswordView(PasswordResetView):
    def get_success_url(self) -> str:
        return _with_next(self.request, "account_reset_password_done")


class NewPasswordView(PasswordResetFromKeyView):
    def get_success_url(self) -> str:
        return _with_next(self.request, "account_reset_password_from_key_done")


@public
@never_cache
@sensitive_post_parameters("password1")
@require_http_methods(["GET", "HEAD", "POST"])
def confirm(request: HttpRequest, key: str) -> HttpResponse:
    """Confirms a sign-up and signs the person in; the link in the mail leads here.

    In the browser that joined, a button is enough. In another one the person chooses a password, so that neither a mail
    scanner nor a stranger who typed the address gets an account.
    """
    sign_up = sign_ups.sign_up_for_link(key)
    if sign_up is None:
        return render(request, "account/email_confirm.html", {"sign_up": None})
    browser_key = sign_ups.key_in(request.session)
    form = None if sign_ups.is_from(sign_up, browser_key) else _other_browser_form(request, sign_up)
    if request.method == "POST" and (form is None or form.is_valid()):
        cleaned = form.cleaned_data if form else {}
        person = sign_ups.confirm(
            sign_up=sign_up,
            browser_key=browser_key,
            new_password=cleaned.get("password1", ""),
            display_name=cleaned.get("display_name", ""),
            referral_code=referral_hooks().code_of(request),
        )
        if person is None:
            return render(request, "account/email_confirm.html", {"sign_up": None})
        return _sign_in(request, person, sign_up.next_path)
    context = {"sign_up": sign_up, "form": form}
    return render(request, "account/email_confirm.html", context, status=422 if form and form.errors else 200)


@public
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def send_link(request: HttpRequest) -> HttpResponse:
    """Sends the confirmation link again to a person who joined. The number of mails is limited by address."""
    form = LinkForm(
        request.POST if request.method == "POST" else None, initial={"email": request.session.get(EMAIL_KEY, "")}
    )
    if request.method == "POST" and form.is_valid():
        email = form.cleaned_data["email"]
        sign_ups.send_again(email=email, browser_key=sign_ups.key_in(request.session))
        request.session[EMAIL_KEY] = email
        return redirect("account_email_verification_sent")
    return render(request, "account/send_link.html", {"form": form}, status=422 if form.errors else 200)


def next_path_of(request: HttpRequest) -> str:
    """Returns the `next` of the request if it is a path of this site that fits the database field, else an empty string."""
    path = request.POST.get(REDIRECT_FIELD_NAME) or request.GET.get(REDIRECT_FIELD_NAME) or ""
    fits = path.startswith("/") and path.isprintable() and len(path) <= (MAX_PATH_LENGTH or 0)
    return own_path(path, "") if fits else ""


def _other_browser_form(request: HttpRequest, sign_up: SignUp) -> OtherBrowserForm:
    return OtherBrowserForm(
        request.POST if request.method == "POST" else None,
        initial={"display_name": sign_up.display_name},
        user=User(email=sign_up.email),
    )


def _with_next(request: HttpRequest, name: str) -> str:
    """Returns the URL of that name, with the request's `next`."""
    return str(passthrough_next_redirect_url(request, reverse(name), REDIRECT_FIELD_NAME))


def _sign_in(request: HttpRequest, person: User, next_path: str) -> HttpResponse:
    """Signs in a person who has just verified their address, and redirects to the page that they wanted."""
    for name in (sign_ups.SESSION_KEY, EMAIL_KEY):
        request.session.pop(name, None)
    record_confirmed_sign_up(request, person)
    response: HttpResponse = perform_login(request, person, redirect_url=next_path or None, email=person.email)
    return response
