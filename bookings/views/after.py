"""What comes after a session: what was made, what both sides say of it, who did not come, what went wrong."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.access import PersonRequest
from bookings import deliverables, disputes, no_shows, reviews
from bookings.forms import DeliverableForm, ReasonForm, ReplyForm, ReportForm, ResolveForm, ReviewForm, StatementForm
from bookings.models import Deliverable, Review, Statement
from bookings.queries import deliverables_of
from bookings.states import Side, State, Verb
from bookings.views.parties import Party, attempt, two_doors
from core.access import signed_in
from core.errors import Refused
from core.uploads import handed_out

PAGE = ["GET", "HEAD", "POST"]
PUBLISHED = "Both reviews are published."
KEPT = "Thank you. It is kept until the other side has written theirs, two weeks at most."


def _reviews(party: Party) -> HttpResponse:
    """One's own words, and both once they are published."""
    booking, request = party.booking, party.request
    both = {review.side: review for review in Review.objects.filter(booking=booking).with_people()}
    mine = both.get(party.side)
    sentence = reviews.closed(booking, mine, party.now) if party.side != Side.SUPPORT else "Both sides review it."
    usual = {"rating": mine.rating, "text": mine.text} if mine else None
    form = ReviewForm(request.POST if request.method == "POST" else None, initial=usual)
    if request.method == "POST" and sentence is None and form.is_valid():
        try:
            made = reviews.write(booking=booking, by=party.by, **form.cleaned_data)
        except Refused as error:
            messages.error(request, error.sentence)
        else:
            messages.success(request, PUBLISHED if made.published_at else KEPT)
        return redirect(party.url("reviews"))
    published = [review for review in both.values() if review.published_at and not review.hidden_at]
    context = {
        "party": party, "booking": booking, "form": form, "mine": mine, "closed": sentence, "published": published,
        "reply_form": ReplyForm(), "ends_at": booking.completed_at + reviews.WITHIN if booking.completed_at else None,
    }  # fmt: skip
    return render(request, "bookings/reviews.html", context, status=422 if form.errors else 200)


def _reply(party: Party, pk: UUID) -> HttpResponse:
    review = get_object_or_404(party.booking.reviews, pk=pk)
    form = ReplyForm(party.request.POST)
    if form.is_valid():
        text = form.cleaned_data["reply"]
        attempt(party, "Your reply is published.", lambda: reviews.reply(review=review, by=party.by, text=text))
    else:
        messages.error(party.request, str(form.errors["reply"][0]))
    return redirect(party.url("reviews"))


@signed_in
@require_http_methods(PAGE)
def report(request: PersonRequest, pk: UUID) -> HttpResponse:
    """Anybody who can read a review can say that it should not stand."""
    review = get_object_or_404(Review.objects.public().with_people(), pk=pk)
    form = ReportForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        reviews.report(review=review, by=request.user, reason=form.cleaned_data["report"])
        messages.success(request, "Thank you. Our support looks at it.")
        return redirect(review.booking.builder.builder_profile.get_absolute_url())
    return render(request, "bookings/report.html", {"form": form, "review": review}, status=422 if form.errors else 200)


# What was made -------------------------------------------------------------------------------------------


def _deliverables(party: Party) -> HttpResponse:
    """All of them with their versions; the builder adds more."""
    request, booking = party.request, party.booking
    may_add = party.side == Side.BUILDER and booking.state in deliverables.OPEN
    form = DeliverableForm(request.POST or None, request.FILES or None)
    if request.method == "POST":
        if not may_add:
            raise PermissionDenied
        if form.is_valid():
            attempt(party, "Added. Your client hears of it.", lambda: deliverables.add(booking=booking, by=party.by, **form.cleaned_data))  # fmt: skip
            return redirect(party.url("deliverables"))
    context = {"party": party, "booking": booking, "form": form, "may_add": may_add, "found": deliverables_of(booking)}
    return render(request, "bookings/deliverables.html", context, status=422 if form.errors else 200)


def _file(party: Party, pk: UUID) -> HttpResponseBase:
    found = get_object_or_404(party.booking.deliverables.filter(removed_at__isnull=True, kind=Deliverable.Kind.FILE), pk=pk)  # fmt: skip
    return handed_out(found.file, found.name)


def _remove(party: Party, pk: UUID) -> HttpResponse:
    """Asked once more by the page; then the file is gone."""
    found = get_object_or_404(party.booking.deliverables.filter(removed_at__isnull=True), pk=pk)
    if party.side != Side.BUILDER:
        raise PermissionDenied
    if party.request.method == "POST":
        attempt(party, f"{found.title} is removed.", lambda: deliverables.remove(deliverable=found, by=party.by))
        return redirect(party.url("deliverables"))
    return render(party.request, "bookings/remove.html", {"party": party, "found": found})


# What went wrong -----------------------------------------------------------------------------------------


def _no_show(party: Party) -> HttpResponse:
    """Says that the other side stayed away, says that it is not so, or takes it back."""
    request = party.request
    verb = next((verb for verb in (Verb.NO_SHOW, Verb.CONTEST, Verb.EXCUSE) if verb in party.verbs), None)
    if verb is None:
        messages.error(request, "There is nothing to say about that any more.")
        return redirect(party.url("booking"))
    form = ReasonForm(request.POST if request.method == "POST" else None)
    form.fields["reason"].required = verb == Verb.CONTEST
    if request.method == "POST" and form.is_valid():
        acts: dict[str, Any] = {
            Verb.NO_SHOW: no_shows.say,
            Verb.CONTEST: no_shows.contest,
            Verb.EXCUSE: no_shows.excuse,
        }
        attempt(party, "It is written down, and the other side knows.", lambda: acts[verb](booking=party.booking, by=party.actor(verb), reason=form.cleaned_data["reason"]))  # fmt: skip
        return redirect(party.url("booking"))
    context = {"party": party, "booking": party.booking, "form": form, "verb": str(verb)}
    return render(request, "bookings/no_show.html", context, status=422 if form.errors else 200)


def _dispute(party: Party) -> HttpResponse:
    """Opened with what happened; then both sides' words, and support's decision."""
    booking, request = party.booking, party.request
    is_open = booking.state == State.DISPUTED
    may_open = Verb.DISPUTE in party.verbs
    if not is_open and not may_open and not booking.statements.exists():
        raise Http404
    is_deciding = request.POST.get("act") == "resolve"
    form = StatementForm(request.POST if request.method == "POST" and not is_deciding else None, request.FILES or None)
    resolve_form = ResolveForm(request.POST if is_deciding else None)
    if request.method == "POST":
        if is_deciding and Verb.RESOLVE not in party.verbs:
            raise PermissionDenied
        if is_deciding and resolve_form.is_valid():
            told = resolve_form.cleaned_data
            by, outcome = party.actor(Verb.RESOLVE), State(told["outcome"])
            attempt(party, "Settled. Both sides are told.", lambda: disputes.resolve(booking=booking, by=by, outcome=outcome, reason=told["reason"]))  # fmt: skip
            return redirect(party.url("dispute"))
        if not is_deciding and form.is_valid():
            text, file = form.cleaned_data["text"], form.cleaned_data["file"] or None
            if is_open:
                attempt(party, "Added.", lambda: disputes.add(booking=booking, by=party.by, text=text, file=file))
            else:
                by = party.actor(Verb.DISPUTE)
                attempt(party, "Our support looks into it. Everything said stands on this page.", lambda: disputes.open_(booking=booking, by=by, reason=text, file=file))  # fmt: skip
            return redirect(party.url("dispute"))
    context = {
        "party": party, "booking": booking, "form": form, "resolve_form": resolve_form, "is_open": is_open,
        "may_resolve": Verb.RESOLVE in party.verbs, "may_open": may_open,
        "statements": booking.statements.select_related("author"),
        "decision": booking.events.filter(verb=Verb.RESOLVE).last(),
    }  # fmt: skip
    return render(request, "bookings/dispute.html", context, status=422 if form.errors or resolve_form.errors else 200)


def _evidence(party: Party, pk: UUID) -> HttpResponseBase:
    found = get_object_or_404(Statement.objects.filter(booking=party.booking).exclude(file=""), pk=pk)
    return handed_out(found.file, found.name)


reviews_, guest_reviews = (require_http_methods(PAGE)(view) for view in two_doors(_reviews))
reply, guest_reply = (require_POST(view) for view in two_doors(_reply))
delivered, guest_delivered = (require_http_methods(PAGE)(view) for view in two_doors(_deliverables))
file, guest_file = (require_safe(view) for view in two_doors(_file))
remove, _ = (require_http_methods(PAGE)(view) for view in two_doors(_remove))
no_show, guest_no_show = (require_http_methods(PAGE)(view) for view in two_doors(_no_show))
dispute, guest_dispute = (require_http_methods(PAGE)(view) for view in two_doors(_dispute))
evidence, guest_evidence = (require_safe(view) for view in two_doors(_evidence))
