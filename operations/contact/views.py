"""The list of messages to support, and the page on which one is answered."""

from __future__ import annotations

from uuid import UUID

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods, require_safe

from accounts.access import SignedInRequest
from accounts.roles import STAFF
from core.access import role_required
from core.contact import services
from core.contact.models import ContactMessage
from core.cursors import page_of

HERE = "operations:contact"


class AnswerForm(forms.Form):
    """Asks for the answer to a message; it may be empty, if somebody has answered in another way."""

    text = forms.CharField(
        label="Answer",
        max_length=4000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 6}),
        help_text="They get it by mail. Leave it empty if you have answered in another way.",
    )


@role_required(*STAFF)
@require_safe
def contact(request: SignedInRequest) -> HttpResponse:
    """Lists the messages that wait for an answer, or all of them. One query."""
    shows_all = request.GET.get("show") == "all"
    rows = ContactMessage.objects.select_related("answered_by")
    rows = rows if shows_all else rows.filter(answered_at__isnull=True)
    page = page_of(rows, order=("-id",), limit=50, cursor=request.GET.get("cursor"), filters=shows_all)
    context = {"here": HERE, "page": page, "shows_all": shows_all}
    return render(request, "operations/contact/contact.html", context)


@role_required(*STAFF)
@require_http_methods(["GET", "HEAD", "POST"])
def contact_message(request: SignedInRequest, pk: UUID) -> HttpResponse:
    """Shows a message with who wrote it, and sends the answer."""
    message = get_object_or_404(ContactMessage.objects.select_related("person", "answered_by"), pk=pk)
    form = AnswerForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        services.answer(message=message, by=request.user, **form.cleaned_data)
        messages.success(request, "Answered.")
        return redirect("operations:contact")
    context = {"here": HERE, "message": message, "form": form}
    return render(request, "operations/contact/message.html", context, status=422 if form.errors else 200)
