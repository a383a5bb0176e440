"""The pages for a person's picture, for downloading their data and for erasing their account."""

from __future__ import annotations

from django.contrib import messages
from django.contrib.auth import logout
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts import services
from accounts.access import SignedInRequest, recently_confirmed
from accounts.forms import AvatarForm, EraseForm
from accounts.models import DataExport
from accounts.personal_data import erasure, exports
from core import clock, personal
from core.access import public, signed_in
from core.htmx import render_page
from core.uploads import download_response


@signed_in
@require_http_methods(["GET", "HEAD", "POST"])
def picture(request: SignedInRequest) -> HttpResponse:
    """Uploads a picture, which replaces the drawn one."""
    form = AvatarForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        services.set_avatar(user=request.user, picture=form.cleaned_data["picture"])
        messages.success(request, "Your picture has been changed.")
        return redirect("accounts:picture")
    return render(request, "accounts/picture.html", {"form": form}, status=422 if form.errors else 200)


@signed_in
@require_POST
def remove_picture(request: SignedInRequest) -> HttpResponse:
    services.set_avatar(user=request.user, picture=None)
    messages.success(request, "Your picture has been removed.")
    return redirect("accounts:picture")


@signed_in
@require_safe
def data(request: SignedInRequest) -> HttpResponse:
    """Shows the latest data export, and links to erasing the account."""
    export = DataExport.objects.filter(person=request.user).first()
    return render_page(request, "accounts/data.html", {"export": export}, parts=("export",))


@recently_confirmed
@require_POST
def request_export(request: SignedInRequest) -> HttpResponse:
    exports.request_export(user=request.user)
    return redirect("accounts:data")


@recently_confirmed
@require_safe
def download(request: SignedInRequest, pk: str) -> HttpResponseBase:
    export = get_object_or_404(DataExport, pk=pk, person=request.user, state=DataExport.State.READY)
    if export.expires_at is None or export.expires_at < clock.now():
        raise Http404
    name = f"waymark-{export.ready_at:%Y-%m-%d}.zip"
    return download_response(request, export.archive, name)


@recently_confirmed
@require_http_methods(["GET", "HEAD", "POST"])
def erase(request: SignedInRequest) -> HttpResponse:
    """Erases the account once the person has confirmed who they are and has typed the account's address."""
    form = EraseForm(request.POST or None, user=request.user)
    if request.method == "POST" and form.is_valid():
        erasure.erase(user=request.user)
        logout(request)
        return redirect("accounts:erased")
    context = {"form": form, "kept": personal.kept()}
    return render(request, "accounts/erase.html", context, status=422 if form.errors else 200)


@public
@require_safe
def erased(request: HttpRequest) -> HttpResponse:
    return render(request, "accounts/erased.html")
