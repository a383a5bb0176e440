"""Pages of no-shows and disputes."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods, require_safe

from bookings.agreement.access import BookingAccess, attempt, member_and_guest
from bookings.agreement.forms import ReasonForm
from bookings.disputes import no_shows, settling
from bookings.disputes import services as disputes
from bookings.disputes.forms import ResolveForm, StatementForm
from bookings.models import Statement
from bookings.states import Side, State, Verb
from core.errors import Refused
from core.forms import add_refusal
from core.uploads import download_response

PAGE = ["GET", "HEAD", "POST"]


def _no_show(access: BookingAccess) -> HttpResponse:
    """Reports a no-show, contests or withdraws it, whichever this side can do now."""
    request = access.request
    verb = next((verb for verb in (Verb.NO_SHOW, Verb.CONTEST, Verb.EXCUSE) if verb in access.verbs), None)
    if verb is None:
        messages.error(request, "There is nothing to report or change.")
        return redirect(access.url("booking"))
    form = ReasonForm(request.POST if request.method == "POST" else None, reader=access.other)
    form.fields["reason"].required = verb == Verb.CONTEST
    if request.method == "POST" and form.is_valid():
        acts: dict[str, Any] = {
            Verb.NO_SHOW: no_shows.say,
            Verb.CONTEST: no_shows.contest,
            Verb.EXCUSE: no_shows.excuse,
        }
        attempt(access, f"Saved. {access.other} will be notified.", lambda: acts[verb](booking=access.booking, by=access.actor(verb), reason=form.cleaned_data["reason"]))  # fmt: skip
        return redirect(access.url("booking"))
    context = {"access": access, "booking": access.booking, "form": form, "verb": str(verb)}
    return render(request, "bookings/disputes/no_show.html", context, status=422 if form.errors else 200)


def _dispute(access: BookingAccess) -> HttpResponse:
    """Opens a dispute; then shows its statements, adds to them, and takes the decision of support."""
    booking, request = access.booking, access.request
    is_open = booking.state == State.DISPUTED
    may_open = Verb.DISPUTE in access.verbs
    if not is_open and not may_open and not booking.statements.exists():
        raise Http404
    is_deciding = request.POST.get("act") == "resolve"
    form = StatementForm(request.POST if request.method == "POST" and not is_deciding else None, request.FILES or None)
    choices = settling.choices_for(booking) if Verb.RESOLVE in access.verbs else None
    resolve_form = ResolveForm(request.POST if is_deciding else None, choices=choices) if choices else None
    if request.method == "POST":
        if is_deciding and resolve_form is None:
            return _not_deciding(access)
        if resolve_form is not None and is_deciding and resolve_form.is_valid() and _is_settled(access, resolve_form):
            return redirect(access.url("dispute"))
        if not is_deciding and form.is_valid():
            text, file = form.cleaned_data["text"], form.cleaned_data["file"] or None
            if is_open:
                attempt(access, "Added.", lambda: disputes.add(booking=booking, by=access.by, text=text, file=file))
            else:
                by = access.actor(Verb.DISPUTE)
                attempt(access, "Our support team is looking into it. All messages are on this page.", lambda: disputes.open_(booking=booking, by=by, reason=text, file=file))  # fmt: skip
            return redirect(access.url("dispute"))
    context = {
        "access": access, "booking": booking, "form": form, "resolve_form": resolve_form, "is_open": is_open,
        "may_resolve": Verb.RESOLVE in access.verbs, "may_open": may_open, "choices": choices,
        "statements": booking.statements.select_related("author"),
        "decision": booking.events.filter(verb=Verb.RESOLVE).last(),
    }  # fmt: skip
    has_errors = form.errors or (resolve_form is not None and resolve_form.errors)
    return render(request, "bookings/disputes/dispute.html", context, status=422 if has_errors else 200)


def _not_deciding(access: BookingAccess) -> HttpResponse:
    """Answers a decision that cannot be made: that of support about a dispute that is settled, such as by a second click."""
    if Side.SUPPORT not in access.sides or access.booking.state == State.DISPUTED:
        raise PermissionDenied
    messages.error(access.request, "This dispute is settled.")
    return redirect(access.url("dispute"))


def _is_settled(access: BookingAccess, form: ResolveForm) -> bool:
    """Settles the dispute as the form says; returns False, with the refusal in the form, if that cannot be."""
    cleaned = form.cleaned_data
    by, outcome, amount = access.actor(Verb.RESOLVE), State(cleaned["outcome"]), cleaned.get("refund_amount")
    try:
        disputes.resolve(
            booking=access.booking, by=by, outcome=outcome, reason=cleaned["reason"], refund_amount=amount
        )  # fmt: skip
    except Refused as error:
        add_refusal(form, error)
        return False
    messages.success(access.request, "Settled. We will tell both sides.")
    return True


def _evidence(access: BookingAccess, pk: UUID) -> HttpResponseBase:
    statement = get_object_or_404(Statement.objects.filter(booking=access.booking).exclude(file=""), pk=pk)
    return download_response(access.request, statement.file, statement.name)


no_show, guest_no_show = (require_http_methods(PAGE)(view) for view in member_and_guest(_no_show))
dispute, guest_dispute = (require_http_methods(PAGE)(view) for view in member_and_guest(_dispute))
evidence, guest_evidence = (require_safe(view) for view in member_and_guest(_evidence))
