"""The dashboard page on which a builder says how clients pay them."""

from __future__ import annotations

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods

from accounts.access import SignedInRequest, prepares
from accounts.models import BuilderProfile
from accounts.services import update_builder
from coaching.forms import HowToPayForm
from core import flags
from payments.flags import PAYMENTS


@prepares
@require_http_methods(["GET", "HEAD", "POST"])
def payment(request: SignedInRequest) -> HttpResponse:
    if not flags.is_on(request, PAYMENTS):
        raise Http404
    form = HowToPayForm(request.POST or None, instance=get_object_or_404(BuilderProfile, user=request.user))
    if request.method == "POST" and form.is_valid():
        update_builder(profile=get_object_or_404(BuilderProfile, user=request.user), **form.cleaned_data)
        messages.success(request, "Saved.")
        return redirect("coaching:payment")
    return render(request, "coaching/payment.html", {"form": form}, status=422 if form.errors else 200)
