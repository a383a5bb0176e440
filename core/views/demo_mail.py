"""The demo's inbox, which shows every email that Waymark has sent."""

from __future__ import annotations

from django import forms
from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.clickjacking import xframe_options_sameorigin
from django.views.decorators.http import require_http_methods, require_safe

from core import demo_mail
from core.access import public
from core.htmx import render_page


class DemoAnswerForm(forms.Form):
    """An answer to an email of the demo."""

    sender = forms.EmailField(label="From")
    text = forms.CharField(label="Your answer", required=False, widget=forms.Textarea(attrs={"rows": 4}))


@public
@require_safe
def mail(request: HttpRequest) -> HttpResponse:
    _require_demo()
    return render_page(request, "core/demo_mail.html", {"letters": demo_mail.stored_emails()}, parts=("letters",))


@public
@require_http_methods(["GET", "HEAD", "POST"])
def mail_detail(request: HttpRequest, name: str) -> HttpResponse:
    """Shows an email; a POST answers it, as a mail program would."""
    letter = _stored_email(name)
    if request.method == "POST" and letter.reply_to:
        form = DemoAnswerForm(request.POST)
        if form.is_valid():
            demo_mail.deliver_answer(letter, **form.cleaned_data, files=request.FILES.getlist("files"))
            messages.success(request, "Your answer was delivered.")
            return redirect("core:mail")
    else:
        form = DemoAnswerForm(initial={"sender": letter.to})
    context = {"letter": letter, "form": form}
    return render(request, "core/demo_mail_detail.html", context, status=422 if form.errors else 200)


@public
@require_safe
@xframe_options_sameorigin
def mail_html(request: HttpRequest, name: str) -> HttpResponse:
    """Returns the HTML body for a sandboxed frame, whose policy allows the inline styles of emails and nothing else."""
    response = HttpResponse(_stored_email(name).html)
    response["Content-Security-Policy"] = (
        "sandbox allow-popups; default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'self'"
    )
    return response


@public
@require_safe
def mail_attachment(request: HttpRequest, name: str, number: int) -> HttpResponse:
    attachments = _stored_email(name).attachments
    if not 1 <= number <= len(attachments):
        raise Http404
    filename, content, kind = attachments[number - 1]
    response = HttpResponse(content, content_type=kind)
    response.headers["Content-Disposition"] = f'attachment; filename="{filename}"'
    return response


def _stored_email(name: str) -> demo_mail.StoredEmail:
    _require_demo()
    if email := demo_mail.stored_email(name):
        return email
    raise Http404


def _require_demo() -> None:
    if not settings.DEMO:
        raise Http404
