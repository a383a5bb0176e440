"""Who may join, with the invitations; and the versions of the terms and the privacy notice."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.access import SignedInRequest
from accounts.models import JoinInvitation
from accounts.roles import STAFF
from accounts.sign_up import invitations
from core.access import role_required
from core.errors import Refused
from core.forms import add_refusal
from core.models import PolicyVersion, SignUpPolicy, SitePage
from core.policies import services, texts
from operations.policies.forms import InvitationForm, JoiningForm, TextForm
from operations.rights import has_right, require_right

HERE = "operations:policies"
PAGE = ["GET", "HEAD", "POST"]
MOST_SHOWN = 50


@role_required(*STAFF)
@require_http_methods(PAGE)
def sign_up_policy(request: SignedInRequest) -> HttpResponse:
    """Shows and sets who may join, and lists the invitations."""
    rule = SignUpPolicy.objects.first() or SignUpPolicy()
    form = JoiningForm(
        request.POST if request.method == "POST" else None, initial={"mode": rule.mode, "message": rule.message}
    )
    if request.method == "POST":
        require_right(request.user, "set-sign-up")
        if form.is_valid():
            services.set_sign_up(by=request.user, **form.cleaned_data)
            messages.success(request, "Saved.")
            return redirect("operations:sign_up_policy")
    return _sign_up_page(request, form, InvitationForm())


@role_required(*STAFF)
@require_POST
def invite(request: SignedInRequest) -> HttpResponse:
    """Makes an invitation, and mails it if there is an address."""
    require_right(request.user, "invite")
    form = InvitationForm(request.POST)
    if not form.is_valid():
        rule = SignUpPolicy.objects.first() or SignUpPolicy()
        return _sign_up_page(request, JoiningForm(initial={"mode": rule.mode, "message": rule.message}), form)
    invitation = invitations.invite(by=request.user, **form.cleaned_data)
    messages.success(request, "The invitation is on its way." if invitation.email else "Copy the link from the list.")
    return redirect("operations:sign_up_policy")


@role_required(*STAFF)
@require_POST
def revoke_invitation(request: SignedInRequest, pk: UUID) -> HttpResponse:
    """Revokes an invitation that nobody has used."""
    require_right(request.user, "invite")
    is_revoked = invitations.revoke(invitation=get_object_or_404(JoinInvitation, pk=pk), by=request.user)
    messages.info(request, "The link no longer works." if is_revoked else "Somebody has used it already.")
    return redirect("operations:sign_up_policy")


def _sign_up_page(request: SignedInRequest, form: JoiningForm, invitation_form: InvitationForm) -> HttpResponse:
    context = {
        "here": HERE,
        "sign_up_form": form,
        "invitation_form": invitation_form,
        "invitations": invitations.recent(MOST_SHOWN),
        "may_set": has_right(request.user, "set-sign-up"),
    }
    has_errors = form.errors or invitation_form.errors
    return render(request, "operations/policies/sign_up_policy.html", context, status=422 if has_errors else 200)


@role_required(*STAFF)
@require_safe
def policy_texts(request: SignedInRequest) -> HttpResponse:
    """Lists the versions of the terms and of the privacy notice."""
    context = {
        "here": HERE,
        "versions": texts.all_versions()[:MOST_SHOWN],
        "kinds": PolicyVersion.Kind.choices,
        "may_publish": has_right(request.user, "publish-text"),
    }
    return render(request, "operations/policies/policy_texts.html", context)


@role_required(*STAFF)
@require_http_methods(PAGE)
def publish_text(request: SignedInRequest, kind: str) -> HttpResponse:
    """Publishes a new version of a text."""
    require_right(request.user, "publish-text")
    if kind not in PolicyVersion.Kind.values:
        raise Http404
    page = get_object_or_404(SitePage, pk=kind)
    form = TextForm(request.POST if request.method == "POST" else None, initial={"text": page.text, "is_asked": True})
    if request.method == "POST" and form.is_valid():
        try:
            version = texts.publish(by=request.user, kind=kind, **form.cleaned_data)
        except Refused as refused:
            add_refusal(form, refused)
        else:
            messages.success(request, f"{version} is published.")
            return redirect("operations:policy_texts")
    context = {"here": HERE, "form": form, "title": PolicyVersion.Kind(kind).label}
    return render(request, "operations/policies/publish_text.html", context, status=422 if form.errors else 200)
