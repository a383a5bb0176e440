"""The page on which builders find their links, QR codes and a text for mails, and the short links themselves."""

from __future__ import annotations

from uuid import UUID

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.text import slugify
from django.views.decorators.http import require_safe

from accounts.access import SignedInRequest
from accounts.models import BuilderProfile
from accounts.roles import Role
from coaching.models import SessionType
from core.access import public, role_required
from marketplace.share import code_of, qr_code, session_type_with
from marketplace.views.overview import own_profile

KINDS = {"svg": "image/svg+xml", "png": "image/png"}


@require_safe
@role_required(Role.BUILDER)
def share(request: SignedInRequest) -> HttpResponse:
    profile = own_profile(request)
    sessions = SessionType.objects.filter(builder=request.user, is_active=True).order_by("position", "id")
    context = {
        "profile": profile,
        "page": _page_of(profile),
        "sessions": [(session_type, _short_link(session_type)) for session_type in sessions],
    }
    return render(request, "marketplace/share.html", context)


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
    slug = session_type.builder.builder_profile.slug
    if SessionType.objects.bookable().filter(pk=session_type.pk).exists():
        return redirect("bookings:times", slug, session_type.pk)
    return redirect("marketplace:builder", slug)


def _own_session(request: SignedInRequest, key: str) -> SessionType:
    try:
        return get_object_or_404(SessionType, builder=request.user, pk=UUID(key))
    except ValueError:
        raise Http404 from None


def _page_of(profile: BuilderProfile) -> str:
    return f"{settings.SITE_URL}{reverse('marketplace:builder', args=[profile.slug])}"


def _short_link(session_type: SessionType) -> str:
    return f"{settings.SITE_URL}{reverse('marketplace:short', args=[code_of(session_type)])}"
