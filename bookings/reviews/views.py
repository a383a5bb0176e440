"""Pages of reviews: writing one, reading both once they are published, replying, reporting."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods, require_POST

from accounts.access import SignedInRequest
from bookings.agreement.access import BookingAccess, attempt, member_and_guest
from bookings.models import Review
from bookings.reviews import rules as review_rules
from bookings.reviews import services as reviews
from bookings.reviews.forms import ReplyForm, ReportForm, ReviewForm
from bookings.states import Side
from core.access import signed_in
from core.errors import Refused

PAGE = ["GET", "HEAD", "POST"]
PUBLISHED = "Both reviews are published."
SAVED = "Thank you. Your review is published once both of you have written one, or after two weeks."


def _reviews(access: BookingAccess) -> HttpResponse:
    """Shows the form for the review of this side, and both reviews once they are published."""
    booking, request = access.booking, access.request
    both = {review.side: review for review in Review.objects.filter(booking=booking).with_people()}
    mine = both.get(access.side)
    sentence = (
        review_rules.closed(booking, mine, access.now) if access.side != Side.SUPPORT else "Both sides review it."
    )
    initial = {"rating": mine.rating, "text": mine.text} if mine else None
    form = ReviewForm(request.POST if request.method == "POST" else None, initial=initial)
    if request.method == "POST" and sentence is None and form.is_valid():
        try:
            written = reviews.write(booking=booking, by=access.by, **form.cleaned_data)
        except Refused as error:
            messages.error(request, error.sentence)
        else:
            messages.success(request, PUBLISHED if written.published_at else SAVED)
        return redirect(access.url("reviews"))
    published = [review for review in both.values() if review.is_shown]
    context = {
        "access": access, "booking": booking, "form": form, "mine": mine, "closed": sentence, "published": published,
        "reply_form": ReplyForm(), "ends_at": booking.completed_at + review_rules.WITHIN if booking.completed_at else None,
    }  # fmt: skip
    return render(request, "bookings/reviews/reviews.html", context, status=422 if form.errors else 200)


def _reply(access: BookingAccess, pk: UUID) -> HttpResponse:
    review = get_object_or_404(access.booking.reviews, pk=pk)
    form = ReplyForm(access.request.POST)
    if form.is_valid():
        text = form.cleaned_data["reply"]
        attempt(access, "Your reply is published.", lambda: reviews.reply(review=review, by=access.by, text=text))
    else:
        messages.error(access.request, str(form.errors["reply"][0]))
    return redirect(access.url("reviews"))


@signed_in
@require_http_methods(PAGE)
def report(request: SignedInRequest, pk: UUID) -> HttpResponse:
    """Reports a review; anybody signed in can report any public review of somebody else."""
    review = get_object_or_404(Review.objects.public().with_people().exclude(author=request.user), pk=pk)
    form = ReportForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        reviews.report(review=review, by=request.user, reason=form.cleaned_data["report"])
        messages.success(request, "Thank you. Our support team will look at it.")
        return redirect(review.booking.builder.builder_profile.get_absolute_url())
    return render(
        request, "bookings/reviews/report.html", {"form": form, "review": review}, status=422 if form.errors else 200
    )


reviews_, guest_reviews = (require_http_methods(PAGE)(view) for view in member_and_guest(_reviews))
reply, guest_reply = (require_POST(view) for view in member_and_guest(_reply))
