"""The pages on which people say how it was."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from core.access import public
from core.feedback import services
from core.feedback.forms import FeedbackForm, FeedbackWordsForm
from core.feedback.models import Feedback

PAGE = ["GET", "HEAD", "POST"]


@public
@require_http_methods(PAGE)
def feedback(request: HttpRequest) -> HttpResponse:
    """Takes what somebody wants to say about Waymark."""
    form = FeedbackForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        services.send(person=_person(request), **form.cleaned_data)
        messages.success(request, "Thank you. We read all of it.")
        return redirect("core:feedback")
    return render(request, "core/feedback.html", {"form": form}, status=422 if form.errors else 200)


@public
@never_cache
@require_http_methods(PAGE)
def booking_feedback(request: HttpRequest, key: str) -> HttpResponse:
    """Takes the answer about a booking with one click, and words about it. The key is on the page after booking."""
    reference = services.reference_of(key)
    if reference is None:
        raise Http404
    easy = request.POST.get("easy")
    if request.method == "POST" and easy in ("yes", "no"):
        services.answer(reference=reference, was_easy=easy == "yes", person=_person(request))
        return redirect(request.path)
    form = FeedbackWordsForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid() and services.add_words(reference=reference, **form.cleaned_data):
        messages.success(request, "Thank you. We read all of it.")
        return redirect(request.path)
    answer = Feedback.objects.filter(occasion=Feedback.Occasion.BOOKING, reference=reference).first()
    context: dict[str, Any] = {"form": form, "answer": answer, "key": key}
    return render(request, "core/booking_feedback.html", context, status=422 if form.errors else 200)


def _person(request: HttpRequest) -> Any:
    return request.user if request.user.is_authenticated else None
