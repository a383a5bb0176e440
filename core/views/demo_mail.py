"""The demo's inbox: every mail that Waymark sent, for everyone who tries it out."""

from __future__ import annotations

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.clickjacking import xframe_options_sameorigin
from django.views.decorators.http import require_safe

from core import demo_mail
from core.access import public
from core.htmx import render_page


@public
@require_safe
def mail(request: HttpRequest) -> HttpResponse:
    _only_in_the_demo()
    return render_page(request, "core/demo_mail.html", {"letters": demo_mail.stored_emails()}, parts=("letters",))


@public
@require_safe
def mail_detail(request: HttpRequest, name: str) -> HttpResponse:
    return render(request, "core/demo_mail_detail.html", {"letter": _letter(name)})


@public
@require_safe
@xframe_options_sameorigin
def mail_html(request: HttpRequest, name: str) -> HttpResponse:
    """The HTML body for a sandboxed frame: a mail has inline styles, and no right to anything else."""
    response = HttpResponse(_letter(name).html)
    response["Content-Security-Policy"] = (
        "sandbox allow-popups; default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'self'"
    )
    return response


@public
@require_safe
def mail_attachment(request: HttpRequest, name: str, number: int) -> HttpResponse:
    attachments = _letter(name).attachments
    if not 1 <= number <= len(attachments):
        raise Http404
    filename, content, kind = attachments[number - 1]
    response = HttpResponse(content, content_type=kind)
    response.headers["Content-Disposition"] = f'attachment; filename="{filename}"'
    return response


def _letter(name: str) -> demo_mail.StoredEmail:
    _only_in_the_demo()
    if found := demo_mail.stored_email(name):
        return found
    raise Http404


def _only_in_the_demo() -> None:
    if not settings.DEMO:
        raise Http404
