"""Reviews of a completed session by both sides.

They are published once both are written, or two weeks after the session was completed. From then on their authors
cannot change them, and each can have one reply.
"""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from accounts.models import User
from accounts.notifications import NewNotification, notify, notify_in_app
from accounts.queries import staff
from accounts.signals import counted_changed
from bookings.agreement import notifications
from bookings.agreement.transitions import Actor, fresh
from bookings.models import Booking, Review
from bookings.refusals import BookingRefusal
from bookings.reviews.rules import WITHIN, closed
from bookings.states import Side, State
from core import audit, clock
from core.errors import Refusal, Refused


@transaction.atomic
def write(*, booking: Booking, by: Actor, rating: int, text: str) -> Review:
    """Creates the review of one side, or changes it while it is not published. The second review publishes both."""
    locked, now = fresh(booking, None), clock.now()
    both = {review.side: review for review in locked.reviews.all()}
    mine = both.get(by.side)
    if sentence := closed(locked, mine, now):
        raise Refused(BookingRefusal.REVIEW_CLOSED, sentence)
    is_new = mine is None
    mine = mine or Review(booking=locked, side=by.side, author=by.person)
    mine.rating, mine.text = rating, text.strip()
    mine.save()
    theirs = next((review for side, review in both.items() if side != by.side), None)
    if theirs is not None:
        _publish(locked, [mine, theirs], now)
    elif is_new:
        _ask_for_review(locked, by.side)
    return mine


def _ask_for_review(booking: Booking, done: Side) -> None:
    """Notifies the other side that there is a review, which they can read once they have written theirs."""
    other = Side.BUILDER if done == Side.CLIENT else Side.CLIENT
    person = notifications.reader(booking, other)
    if person is None:
        return
    notify(
        person,
        NewNotification(
            kind="review",
            event=f"review asked:{booking.pk}:{other}",
            title=f"{notifications.name_of(booking, done)} has reviewed your session",
            text="You can read it once you have written your own review, or in two weeks.",
            path=f"{booking.get_absolute_url()}reviews/",
            call="Write yours",
        ),
    )


def _publish(booking: Booking, reviews: list[Review], now: datetime) -> None:
    counted_changed.send(Review, builder=booking.builder_id)
    for review in reviews:
        review.published_at = now
        review.save(update_fields=["published_at", "changed_at"])
        reader = notifications.reader(booking, Side.BUILDER if review.side == Side.CLIENT else Side.CLIENT)
        if reader is not None:
            notify(
                reader,
                NewNotification(
                    kind="review",
                    event=f"review published:{review.pk}",
                    title=f"{review.author_name} gave your session {review.rating} of 5",
                    text="The review is published. You can reply to it once.",
                    path=f"{booking.get_absolute_url()}reviews/",
                    call="Read it",
                ),
            )


def publish_due(now: datetime, most: int = 500) -> int:
    """Publishes reviews whose other side has not written one within two weeks; returns how many.

    Two workers may do it at once: each review is published once.
    """
    waiting = Review.objects.filter(
        published_at__isnull=True, booking__state=State.COMPLETED, booking__completed_at__lte=now - WITHIN
    ).order_by("created_at")
    count = 0
    for review in waiting.select_related("booking")[:most]:
        with transaction.atomic():
            booking = fresh(review.booking, None)
            unpublished = list(booking.reviews.filter(published_at__isnull=True))
            if booking.state == State.COMPLETED and unpublished:
                _publish(booking, unpublished, now)
                count += len(unpublished)
    return count


@transaction.atomic
def reply(*, review: Review, by: Actor, text: str) -> Review:
    """Publishes the one reply to a review, by the side that the review is about."""
    locked = Review.objects.select_for_update(of=("self",)).select_related("booking").get(pk=review.pk)
    if locked.side == by.side or by.side not in (Side.CLIENT, Side.BUILDER):
        raise Refused(Refusal.FORBIDDEN)
    if not locked.is_shown or locked.reply:
        raise Refused(BookingRefusal.REVIEW_CLOSED, "You can reply once, to a published review.")
    locked.reply, locked.replied_at = text.strip(), clock.now()
    locked.save(update_fields=["reply", "replied_at", "changed_at"])
    return locked


@transaction.atomic
def report(*, review: Review, by: User, reason: str) -> Review:
    """Reports a review to staff. Only the first report is kept until staff have dealt with it."""
    locked = Review.objects.select_for_update(of=("self",)).select_related("booking").get(pk=review.pk)
    if locked.reported_at is None:
        locked.reported_at, locked.report = clock.now(), reason.strip()[:500]
        locked.save(update_fields=["reported_at", "report", "changed_at"])
        for person in staff():
            notify_in_app(
                person,
                NewNotification("review", f"review reported:{locked.pk}", "A review is reported", reason, "/admin/bookings/review/", "Look at it"),
            )  # fmt: skip
    return locked


@transaction.atomic
def moderate(*, review: Review, by: User, is_hidden: bool, reason: str) -> Review:
    """Hides a review or shows it again, on behalf of staff, and clears its report."""
    locked = Review.objects.select_for_update(of=("self",)).select_related("booking").get(pk=review.pk)
    counted_changed.send(Review, builder=locked.booking.builder_id)
    before = {"hidden": locked.hidden_at is not None}
    locked.hidden_at = clock.now() if is_hidden else None
    locked.hidden_reason = reason if is_hidden else ""
    locked.reported_at, locked.report = None, ""
    locked.save()
    action = "review taken down" if is_hidden else "review kept"
    audit.record(actor=by, action=action, subject=locked, before=before, after={"hidden": is_hidden, "reason": reason})
    return locked
