"""Demo data for what comes after a session: reviews, files and links, a project, a dispute, somebody who stayed away."""

from __future__ import annotations

import random
from datetime import datetime, timedelta
from itertools import islice

from django.core.files.base import ContentFile
from django.db.models import Q

from accounts.models import User
from bookings import deliverables, disputes, no_shows, projects, series, waiting
from bookings.models import Booking, Place, Project, Review
from bookings.reviews import WITHIN
from bookings.rules import DISPUTE_WITHIN
from bookings.states import Side, State
from bookings.steps import Actor
from bookings.wishes import Wish, check
from coaching.models import SessionType
from core.bulk import copied
from core.errors import Refused
from core.ids import uuid7
from core.registry import DemoPlan
from scheduling.claims import Visitor
from scheduling.loading import moment
from scheduling.queries import free_times

BATCH = 2_000
SAID = {
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
OF_CLIENTS = ["Came prepared, which makes all the difference.", "A pleasure to work with.", "Knows what they want.", ""]
REPLIES = ["Thank you! Send me a note when it is live.", "Good point about the notes: they come the same day now."]
NOTES = """What we decided on Tuesday

1. The first screen asks for one thing: the link to the shop.
2. Prices move to the end, where somebody has seen what it does.
3. Three people try it before Friday; Cleo writes down where they stop.
"""


def seed(plan: DemoPlan) -> None:
    """Adds it once."""
    if Review.objects.exists():
        return
    _reviews(plan)
    ada, cleo = User.objects.get(email="builder@demo.test"), User.objects.get(email="client@demo.test")
    _project(ada, cleo)
    _trouble(plan, ada, cleo)
    _waiting(plan, ada, cleo)
    _series(plan, ada, cleo)


def _reviews(plan: DemoPlan) -> None:
    """Of what is over. Ada's latest sessions are left to be reviewed by hand."""
    is_over = Q(completed_at__lt=plan.now - WITHIN) | Q(builder__email__endswith="@builders.demo.test")
    done = Booking.objects.filter(is_over, state=State.COMPLETED, client__isnull=False)
    rows, total = done.order_by("pk").iterator(chunk_size=BATCH), done.count()
    count = 0
    while batch := list(islice(rows, BATCH)):
        made = [review for booking in batch for review in _pair(booking, plan)]
        copied(Review, made)
        count += len(batch)
        plan.tell("reviews", count, total)


def _pair(booking: Booking, plan: DemoPlan) -> list[Review]:
    chance = random.Random(f"{plan.seed}-review-{booking.reference}")  # noqa: S311  (demo data, no secret)
    assert booking.completed_at is not None
    at = min(booking.completed_at + timedelta(days=chance.randint(1, 9)), plan.now)
    found = []
    if chance.random() < 0.7:
        stars = chance.choices([5, 4, 3, 2], [70, 22, 6, 2])[0]
        found.append(_review(booking, Side.CLIENT, stars, chance.choice(SAID[stars]), at))
        if chance.random() < 0.15:
            found[0].reply, found[0].replied_at = chance.choice(REPLIES), at + timedelta(hours=5)
    if chance.random() < 0.5:
        found.append(_review(booking, Side.BUILDER, chance.choice([5, 5, 5, 4]), chance.choice(OF_CLIENTS), at))
    return found


def _review(booking: Booking, side: Side, stars: int, text: str, at: datetime) -> Review:
    author = booking.client_id if side == Side.CLIENT else booking.builder_id
    return Review(booking=booking, side=side, author_id=author, rating=stars, text=text, published_at=at)


def _project(ada: User, cleo: User) -> None:
    """Three sessions of Cleo's that belong together, with what came out of them."""
    sessions = list(Booking.objects.filter(builder=ada, client=cleo, state=State.COMPLETED).order_by("-starts_at")[:3])
    if len(sessions) < 3:
        return
    about = "A small app that turns a folder of fabric scans into a shop page. Launch before the spring fair."
    made = projects.save(project=Project(client=cleo), title="Threadbare, the launch", about=about)
    for booking in sessions:
        projects.put(booking=booking, project=made, by=cleo)
    by = Actor(Side.BUILDER, ada)
    latest, middle, first = sessions
    sketch = deliverables.add(
        booking=first, by=by, title="Sketch of the first screen", url="https://example.com/sketch/1"
    )
    deliverables.add(
        booking=first, by=by, title=sketch.title, url="https://example.com/sketch/2", replaces=sketch.pk
    )  # fmt: skip
    deliverables.add(booking=middle, by=by, title="Recording of the session", url="https://example.com/recording")
    deliverables.add(booking=latest, by=by, title="Decisions", file=ContentFile(NOTES.encode(), "decisions.txt"))


def _waiting(plan: DemoPlan, ada: User, cleo: User) -> None:
    """Cleo would rather come in the evening, when Ada is not open yet."""
    review = ada.session_types.filter(title__startswith="App review").first()
    if review is None:
        return
    today = plan.now.date()
    waiting.join(
        place=Place(
            client=cleo, session_type=review, minutes=review.default_minutes, first_day=today, weekdays=[0, 1, 2, 3, 4],
            last_day=today + timedelta(days=40), from_minute=19 * 60, to_minute=21 * 60, timezone=cleo.timezone,
            told={f"question_{question.pk}": "https://example.com/threadbare" for question in review.questions.all()},
        )
    )  # fmt: skip


def _series(plan: DemoPlan, ada: User, cleo: User) -> None:
    """Three sessions, every two weeks, asked for at once."""
    found = SessionType.objects.complete().filter(builder=ada, title__startswith="Accelerate").first()
    if found is None:
        return
    at = int((plan.now + timedelta(days=9)).timestamp())
    visitor = Visitor(f"person:{cleo.pk}", cleo)
    for slot in free_times(found, found.default_minutes, (at, at + 6 * 86_400), plan.now)[::4]:
        start = moment(slot.start)
        starts = dict(enumerate(series.dates(start, ada.timezone, 3, 2)))
        pathway = found.pathways.first()
        wish = Wish(found, start, found.default_minutes, cleo.timezone, pathway=pathway)
        try:
            series.book(checked=check(wish, visitor), visitor=visitor, starts=starts, every_weeks=2, key=uuid7())
        except Refused:
            continue  # one of the dates is taken
        return


def _trouble(plan: DemoPlan, ada: User, cleo: User) -> None:
    """One dispute to settle, and one session that nobody came to."""
    since = plan.now - DISPUTE_WITHIN
    recent = Booking.objects.filter(builder=ada, state=State.COMPLETED, ends_at__gt=since).exclude(client=cleo)
    found = list(recent.complete().order_by("-starts_at")[:2])
    if len(found) < 2:
        return
    disputed, missed = found
    reason = "We had agreed on an hour, and it was over after twenty minutes. I would like my money back."
    disputes.open_(booking=disputed, by=Actor(Side.CLIENT, disputed.client), reason=reason)
    answer = "The line broke after twenty minutes, that is true. I offered another time the same day and heard nothing."
    disputes.add(booking=disputed, by=Actor(Side.BUILDER, ada), text=answer)
    no_shows.say(booking=missed, by=Actor(Side.BUILDER, ada), reason="I waited for a quarter of an hour.")
