"""The page on which people accept new terms, and see what they have accepted."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from accounts.access import SignedInRequest
from core.access import signed_in
from core.errors import Refused
from core.models import PolicyVersion
from core.policies import texts
from core.requests import own_path


@signed_in
@require_http_methods(["GET", "HEAD", "POST"])
def agree(request: SignedInRequest) -> HttpResponse:
    """Shows the versions that the person has not accepted, and leads back to where they were going once they agree."""
    asked = request.POST if request.method == "POST" else request.GET
    next_path = own_path(asked.get("next", ""), "/")
    missing, problem = texts.missing_for(request.user), ""
    if request.method == "POST":
        shown = [int(pk) for pk in request.POST.getlist("version") if pk.isdecimal() and len(pk) < 10]
        try:
            texts.accept_shown(person=request.user, shown=shown)
        except Refused as refused:
            problem = refused.sentence
        else:
            return redirect(next_path)
    context = {
        "versions": PolicyVersion.objects.filter(pk__in=[version.id for version in missing]),
        "accepted": texts.accepted_by(request.user),
        "next": next_path,
        "problem": problem,
    }
    return render(request, "accounts/agree.html", context, status=409 if problem else 200)
