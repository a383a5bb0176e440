"""The log of emails: the list, one email, sending it again, and the addresses that are not mailed."""

from __future__ import annotations

from dataclasses import asdict
from uuid import UUID

from django.conf import settings
from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.clickjacking import xframe_options_sameorigin
from django.views.decorators.http import require_POST, require_safe

from accounts.access import SignedInRequest
from accounts.roles import STAFF
from core import mail
from core.access import role_required
from core.cursors import page_of
from core.errors import Refused
from core.mail_log import kinds, queries, services
from core.mail_log.models import DeadAddress, MailLogEntry
from operations.mail.forms import MailFilterForm

PER_PAGE = 50
HERE = "operations:mail"


@role_required(*STAFF)
@require_safe
def mail_log(request: SignedInRequest) -> HttpResponse:
    """Shows the emails that fit the filters, the newest first. Three queries."""
    form = MailFilterForm(request.GET, queries.kinds())
    filters = form.filters()
    try:
        page = page_of(
            queries.filtered(filters), order=("-id",), limit=PER_PAGE, cursor=request.GET.get("after"),
            filters=asdict(filters),
        )  # fmt: skip
    except Refused:  # the cursor of other filters
        raise Http404 from None
    rows = page.rows
    dead = queries.dead_among({entry.recipient for entry in rows})
    context = {
        "form": form, "page": page, "dead": dead, "here": HERE, "dead_count": queries.dead_count(),
        "is_filtered": any(asdict(filters).values()), "kept_days": settings.MAIL_KEPT_DAYS,
    }  # fmt: skip
    return render(request, "operations/mail/list.html", context)


@role_required(*STAFF)
@require_safe
def mail_message(request: SignedInRequest, pk: UUID) -> HttpResponse:
    """Shows one email with what happened to it. Its text has no keys."""
    entry = get_object_or_404(MailLogEntry.objects.select_related("person"), pk=pk)
    context = {
        "entry": entry,
        "events": entry.events.all(),
        "dead": queries.dead_address(entry.recipient),
        "is_private": kinds.is_private(entry.kind),
        "here": HERE,
    }
    return render(request, "operations/mail/message.html", context)


@role_required(*STAFF)
@require_safe
@xframe_options_sameorigin
def mail_message_html(request: SignedInRequest, pk: UUID) -> HttpResponse:
    """Returns the HTML of an email for a sandboxed frame, in which its styles work and nothing else: it loads no pictures
    and runs no scripts."""
    entry = get_object_or_404(MailLogEntry, pk=pk)
    if kinds.is_private(entry.kind) or not entry.shown_html:
        raise Http404
    response = HttpResponse(entry.shown_html)
    response["Content-Security-Policy"] = (
        "sandbox; default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'self'"
    )
    return response


@role_required(*STAFF)
@require_POST
def send_mail_again(request: SignedInRequest, pk: UUID) -> HttpResponse:
    """Sends an email of the log once more."""
    entry = get_object_or_404(MailLogEntry, pk=pk)
    try:
        mail.send_again(entry=entry, by=request.user)
    except Refused as refused:
        messages.error(request, refused.text)
    else:
        messages.success(request, f"The email is on its way to {entry.recipient} again.")
    return redirect("operations:mail_message", pk=pk)


@role_required(*STAFF)
@require_safe
def dead_addresses(request: SignedInRequest) -> HttpResponse:
    """Shows the addresses that are not mailed, with the reason. Two queries."""
    rows = DeadAddress.objects.dead().select_related("entry").defer("entry__content")
    page = Paginator(rows, PER_PAGE).get_page(request.GET.get("page"))
    return render(request, "operations/mail/dead.html", {"page": page, "here": HERE})


@role_required(*STAFF)
@require_POST
def release_address(request: SignedInRequest, pk: UUID) -> HttpResponse:
    """Lets an address be mailed again, such as after its owner has written that it works."""
    dead = get_object_or_404(DeadAddress, pk=pk)
    if services.release(address=dead.address, by=request.user):
        messages.success(request, f"{dead.address} is mailed again.")
    return redirect("operations:dead_addresses")
