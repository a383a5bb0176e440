"""Reviews: what both sides say of a completed session. Neither reads the other's before both are in or two weeks are
over; from then on they stand, with one reply each."""

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
from bookings.reviews.rules import WITHIN, closed
from bookings.states import Side, State
from core import audit, clock
from core.errors import Refusal, Refused


@transaction.atomic
def write(*, booking: Booking, by: Actor, rating: int, text: str) -> Review:
    """Writes one, or changes it while nobody else has read it. The second of the two publishes both."""
    found, now = fresh(booking, None), clock.now()
    both = {review.side: review for review in found.reviews.all()}
    mine = both.get(by.side)
    if sentence := closed(found, mine, now):
        raise Refused(Refusal.REVIEW_CLOSED, sentence)
    is_new = mine is None
    mine = mine or Review(booking=found, side=by.side, author=by.person)
    mine.rating, mine.text = rating, text.strip()
    mine.save()
    theirs = next((review for side, review in both.items() if side != by.side), None)
    if theirs is not None:
        _publish(found, [mine, theirs], now)
    elif is_new:
        _ask(found, by.side)
    return mine


def _ask(booking: Booking, done: Side) -> None:
    """The other side hears that there is something to read, once theirs is in."""
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
            text="You read it as soon as yours is in, or in two weeks.",
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
    """What the other side has not answered in time is published alone. Harmless from two beats."""
    waiting = Review.objects.filter(
        published_at__isnull=True, booking__state=State.COMPLETED, booking__completed_at__lte=now - WITHIN
    ).order_by("created_at")
    count = 0
    for review in waiting.select_related("booking")[:most]:
        with transaction.atomic():
            booking = fresh(review.booking, None)
            still = list(booking.reviews.filter(published_at__isnull=True))
            if booking.state == State.COMPLETED and still:
                _publish(booking, still, now)
                count += len(still)
    return count


@transaction.atomic
def reply(*, review: Review, by: Actor, text: str) -> Review:
    """One public word by whom the review is about."""
    found = Review.objects.select_for_update(of=("self",)).select_related("booking").get(pk=review.pk)
    if found.side == by.side or by.side not in (Side.CLIENT, Side.BUILDER):
        raise Refused(Refusal.FORBIDDEN)
    if found.published_at is None or found.hidden_at is not None or found.reply:
        raise Refused(Refusal.REVIEW_CLOSED, "One can reply once, to a review that is published.")
    found.reply, found.replied_at = text.strip(), clock.now()
    found.save(update_fields=["reply", "replied_at", "changed_at"])
    return found


@transaction.atomic
def report(*, review: Review, by: User, reason: str) -> Review:
    """Somebody finds that a review should not stand; staff look at it. Reported twice is reported once."""
    found = Review.objects.select_for_update(of=("self",)).select_related("booking").get(pk=review.pk)
    if found.reported_at is None:
        found.reported_at, found.report = clock.now(), reason.strip()[:500]
        found.save(update_fields=["reported_at", "report", "changed_at"])
        for person in staff():
            notify_in_app(
                person,
                NewNotification("review", f"review reported:{found.pk}", "A review is reported", reason, "/admin/bookings/review/", "Look at it"),
            )  # fmt: skip
    return found


@transaction.atomic
def moderate(*, review: Review, by: User, is_hidden: bool, reason: str) -> Review:
    """Staff take a review down, or put it back. Either way the report is dealt with."""
    found = Review.objects.select_for_update(of=("self",)).select_related("booking").get(pk=review.pk)
    counted_changed.send(Review, builder=found.booking.builder_id)
    before = {"hidden": found.hidden_at is not None}
    found.hidden_at = clock.now() if is_hidden else None
    found.hidden_reason = reason if is_hidden else ""
    found.reported_at, found.report = None, ""
    found.save()
    action = "review taken down" if is_hidden else "review kept"
    audit.record(actor=by, action=action, subject=found, before=before, after={"hidden": is_hidden, "reason": reason})
    return found
