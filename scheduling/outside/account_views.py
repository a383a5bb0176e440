"""Dashboard pages to connect an account with calendars, and to choose which of them count."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods, require_POST

from accounts.access import SignedInRequest
from accounts.roles import Role
from connections.caldav.providers import demo_page, providers
from connections.flags import CALENDARS
from connections.models import Connection
from core import flags
from core.access import role_required
from core.errors import Refused
from core.forms import add_refusal
from scheduling.outside import accounts
from scheduling.outside.forms import AccountForm, ChooseCalendarsForm

builders_only = role_required(Role.BUILDER)


@builders_only
@require_http_methods(["GET", "HEAD", "POST"])
def connect_account(request: SignedInRequest) -> HttpResponse:
    check_may_connect(request)
    form = AccountForm(request.POST or None, initial={"provider": request.GET.get("service")})
    if request.method == "POST" and form.is_valid():
        try:
            account = accounts.connect(builder=request.user, **form.cleaned_data)
        except Refused as refused:
            add_refusal(form, refused)
        else:
            messages.success(request, f"“{account}” is connected. Choose which of its calendars count.")
            return redirect("scheduling:account_calendars", account.pk)
    context = {"form": form, "account": None, "providers": providers(), "demo_page": demo_page()}
    return render(request, "scheduling/connect_account.html", context, status=422 if form.errors else 200)


def change_account(request: SignedInRequest, account: Connection) -> HttpResponse:
    """Shows and saves how an account is read. Called by the view of all connections."""
    form = AccountForm(request.POST or None, instance=account)
    if request.method == "POST" and form.is_valid():
        try:
            accounts.change(connection=own_account(request, account.pk), **form.cleaned_data)
        except Refused as refused:
            add_refusal(form, refused)
        else:
            messages.success(request, "Saved.")
            return redirect("scheduling:connections")
    context = {
        "form": form,
        "account": own_account(request, account.pk),
        "providers": providers(),
        "demo_page": demo_page(),
    }
    return render(request, "scheduling/connect_account.html", context, status=422 if form.errors else 200)


@builders_only
@require_http_methods(["GET", "HEAD", "POST"])
def account_calendars(request: SignedInRequest, pk: UUID) -> HttpResponse:
    """Asks which calendars of an account count, and into which one confirmed sessions are written."""
    account = own_account(request, pk)
    form = ChooseCalendarsForm(list(account.calendars.all()), request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        try:
            accounts.choose(connection=account, **form.cleaned_data)
        except Refused as refused:
            add_refusal(form, refused)
        else:
            messages.success(request, "Saved.")
            return redirect("scheduling:connections")
    context = {"form": form, "account": account}
    return render(request, "scheduling/account_calendars.html", context, status=422 if form.errors else 200)


@builders_only
@require_POST
def look_for_calendars(request: SignedInRequest, pk: UUID) -> HttpResponse:
    account = own_account(request, pk)
    try:
        accounts.look_again(connection=account)
    except Refused as refused:
        messages.error(request, refused.sentence)
    else:
        count = account.calendars.count()
        messages.success(request, "1 calendar is there." if count == 1 else f"{count} calendars found.")
    return redirect("scheduling:account_calendars", account.pk)


def check_may_connect(request: HttpRequest) -> None:
    """Raises Http404 while the feature is switched off. What is connected goes on working."""
    if not flags.is_on(request, CALENDARS):
        raise Http404


def own_account(request: HttpRequest, pk: UUID) -> Connection:
    return get_object_or_404(Connection.objects.accounts().select_related("owner"), owner=request.user.pk, pk=pk)
