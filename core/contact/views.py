"""The contact page: the text that admins edit, and the form that reaches support."""

from __future__ import annotations

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from core.access import public
from core.contact import services
from core.contact.forms import ContactForm
from core.views.site_pages import page_context


@public
@require_http_methods(["GET", "HEAD", "POST"])
def contact(request: HttpRequest) -> HttpResponse:
    """Shows how to reach support, and takes a message for them."""
    form = ContactForm(
        request.POST if request.method == "POST" else None,
        person=request.user,
        reference=request.GET.get("booking", ""),
    )
    if request.method == "POST" and form.is_valid():
        services.send(person=form.person, **form.cleaned_data)
        messages.success(request, "Thank you. Your message has reached us, and we will answer by mail.")
        return redirect("core:contact")
    context = {**page_context(request, "contact"), "form": form, "email": settings.CONTACT_EMAIL}
    return render(request, "core/contact.html", context, status=422 if form.errors else 200)
