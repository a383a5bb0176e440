"""The page on which builders find their links, QR codes and a text for mails, and the short links themselves."""

from __future__ import annotations

from uuid import UUID

from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.text import slugify
from django.views.decorators.http import require_http_methods, require_safe

from accounts.access import SignedInRequest
from accounts.models import BuilderProfile
from accounts.roles import Role
from bookings.agreement.origins import remember_origin
from coaching.models import SessionType
from core.access import public, role_required
from marketplace.services import set_embed_sites
from marketplace.share import code_of, qr_code, session_type_with
from marketplace.share_forms import EmbedSitesForm
from marketplace.snippets import LOOKS, SCHEMES, Snippet
from marketplace.views.overview import own_profile

KINDS = {"svg": "image/svg+xml", "png": "image/png"}


@require_http_methods(["GET", "HEAD", "POST"])
@role_required(Role.BUILDER)
def share(request: SignedInRequest) -> HttpResponse:
    """Shows what a builder passes on, and saves which sites may show their times."""
    profile = own_profile(request)
    form = EmbedSitesForm(request.POST if request.method == "POST" else None)
    form.initial["sites"] = "\n".join(profile.embed_sites)
    if request.method == "POST" and form.is_valid():
        set_embed_sites(profile=profile, sites=form.cleaned_data["sites"])
        messages.success(request, "Saved. It holds for pages that are opened from now on.")
        return redirect(f"{reverse('marketplace:share')}#embed")
    sessions = SessionType.objects.filter(builder=request.user, is_active=True).order_by("position", "id")
    links = {session_type: _short_link(session_type) for session_type in sessions}
    context = {
        "profile": profile,
        "page": _page_of(profile),
        "sessions": list(links.items()),
        "form": form,
        "snippet": Snippet.chosen(request.GET, profile, links),
        "looks": LOOKS,
        "schemes": SCHEMES,
        "demo_page": _demo_page(),
    }
    return render(request, "marketplace/share.html", context, status=422 if form.errors else 200)


@require_safe
@role_required(Role.BUILDER)
def qr(request: SignedInRequest, kind: str) -> HttpResponse:
    """Sends the QR code of the builder's page, or of one of their sessions with `?session=`."""
    if kind not in KINDS:
        raise Http404
    name, address = request.user.display_name, _page_of(own_profile(request))
    if "session" in request.GET:
        session_type = _own_session(request, request.GET["session"])
        name, address = session_type.title, _short_link(session_type)
    answer = HttpResponse(qr_code(address, kind), content_type=KINDS[kind])
    if "download" in request.GET:
        answer["Content-Disposition"] = f'attachment; filename="{slugify(name) or "waymark"}.{kind}"'
    return answer


@require_safe
@public
def short(request: HttpRequest, code: str) -> HttpResponse:
    """Leads to the times of a session; to its builder's page if the session cannot be booked any more."""
    session_type = session_type_with(code)
    if session_type is None:
        raise Http404
    slug, builder = session_type.builder.builder_profile.slug, session_type.builder_id
    if SessionType.objects.bookable().filter(pk=session_type.pk).exists():
        return remember_origin(request, redirect("bookings:times", slug, session_type.pk), builder, came_by="link")
    return remember_origin(request, redirect("marketplace:builder", slug), builder, came_by="link")


def _demo_page() -> str:
    """Returns the address of the demo's page of another site: another host, so that it counts as one for browsers."""
    if not (settings.DEMO and settings.SANDBOX_URL):
        return ""
    return f"{settings.SANDBOX_URL.replace('127.0.0.1', 'localhost')}/site/"


def _own_session(request: SignedInRequest, key: str) -> SessionType:
    try:
        return get_object_or_404(SessionType, builder=request.user, pk=UUID(key))
    except ValueError:
        raise Http404 from None


def _page_of(profile: BuilderProfile) -> str:
    return f"{settings.SITE_URL}{reverse('marketplace:builder', args=[profile.slug])}"


def _short_link(session_type: SessionType) -> str:
    return f"{settings.SITE_URL}{reverse('marketplace:short', args=[code_of(session_type)])}"
