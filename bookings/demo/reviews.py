"""Demo reviews of completed sessions, written in bulk."""

from __future__ import annotations

import random
from datetime import datetime, timedelta
from itertools import islice
from typing import Any

from django.db.models import Q

from bookings.models import Booking, Review
from bookings.reviews.rules import WITHIN
from bookings.states import Side, State
from core.bulk import copy_values
from core.registry import DemoPlan

BATCH = 2_000
CLIENT_TEXTS = {
    5: [
        "Left with a plan I could follow the same evening. Worth every minute.",
        "Asked the one question nobody had asked me, and the rest fell into place.",
        "Warm, quick and honest. We shipped a week later.",
        "I came with a mess and went with three steps. Two of them are done already.",
        "",
    ],
    4: [
        "Very good. I would have liked the notes a little sooner.",
        "Clear and friendly; the time was over too fast.",
        "",
    ],
    3: ["It helped, though I had hoped for more on pricing.", "Fine for a first session."],
    2: ["We talked past each other for half of it."],
}
BUILDER_TEXTS = [
    "Came prepared, which makes all the difference.",
    "A pleasure to work with.",
    "Knows what they want.",
    "",
]
REPLIES = ["Thank you! Send me a note when it is live.", "Good point about the notes: they come the same day now."]


def add_reviews(plan: DemoPlan) -> None:
    """Adds reviews of completed sessions. Ada's latest sessions get none, so that they can be reviewed by hand."""
    is_over = Q(completed_at__lt=plan.now - WITHIN) | Q(builder__email__endswith="@builders.demo.test")
    done = Booking.objects.filter(is_over, state=State.COMPLETED, client__isnull=False)
    columns = done.order_by("pk").values_list("pk", "reference", "client", "builder", "completed_at", named=True)
    rows, total = columns.iterator(chunk_size=BATCH), done.count()
    count = 0
    while batch := list(islice(rows, BATCH)):
        copy_values(Review, [review for booking in batch for review in _reviews_of(booking, plan)])
        count += len(batch)
        plan.tell("reviews", count, total)


def _reviews_of(booking: Any, plan: DemoPlan) -> list[dict[str, Any]]:
    chance = random.Random(f"{plan.seed}-review-{booking.reference}")  # noqa: S311  (demo data, no secret)
    at = min(booking.completed_at + timedelta(days=chance.randint(1, 9)), plan.now)
    reviews = []
    if chance.random() < 0.7:
        stars = chance.choices([5, 4, 3, 2], [70, 22, 6, 2])[0]
        reviews.append(_review(booking, Side.CLIENT, stars, chance.choice(CLIENT_TEXTS[stars]), at))
        if chance.random() < 0.15:
            reviews[0] |= {"reply": chance.choice(REPLIES), "replied_at": at + timedelta(hours=5)}
    if chance.random() < 0.5:
        reviews.append(_review(booking, Side.BUILDER, chance.choice([5, 5, 5, 4]), chance.choice(BUILDER_TEXTS), at))
    return reviews


def _review(booking: Any, side: Side, stars: int, text: str, at: datetime) -> dict[str, Any]:
    return {
        "booking_id": booking.pk, "side": side, "rating": stars, "text": text, "published_at": at, "reply": "",
        "author_id": booking.client if side == Side.CLIENT else booking.builder, "replied_at": None,
    }  # fmt: skip
