"""Demo data of policies: first versions of the texts, an announcement, an invitation, and what people said."""

from __future__ import annotations

from datetime import timedelta
from random import Random

from accounts.models import JoinInvitation, User
from bookings.models import Booking
from core.models import Announcement, Feedback, Maintenance, PolicyVersion, SitePage
from core.policies import texts
from core.registry import DemoPlan

WORDS = {
    True: ("Quick, I booked in the break.", "I liked that the times were in my zone.", "No account needed, great."),
    False: ("I did not see where to change the length.", "The mail took a while to arrive."),
}
MOST_ANSWERS = 60


def seed(plan: DemoPlan) -> None:
    """Adds what is missing. Nobody is asked to accept the first versions."""
    admin = User.objects.filter(email="admin@demo.test").first()
    if admin is None:
        return
    for kind in PolicyVersion.Kind.values:
        page = SitePage.objects.filter(pk=kind).first()
        if page is not None and not PolicyVersion.objects.filter(kind=kind).exists():
            texts.publish(by=admin, kind=kind, text=page.text, summary="The first version.", is_asked=False)
    if not Announcement.objects.exists():
        Announcement.objects.create(
            text="The meeting about the new pathways is on Thursday at 10:00.",
            audience=Announcement.Audience.STAFF,
            starts_at=plan.now - timedelta(days=9),
            ends_at=plan.now - timedelta(days=2),
            created_by=admin,
        )
    if not Maintenance.objects.exists():
        Maintenance.objects.create(
            message="We moved to a larger server.",
            announced_at=plan.now - timedelta(days=21),
            starts_at=plan.now - timedelta(days=20),
            ends_at=plan.now - timedelta(days=20) + timedelta(minutes=30),
            created_by=admin,
        )
    if not JoinInvitation.objects.exists():
        expires_at = plan.now + timedelta(days=13)
        JoinInvitation.objects.create(note="A speaker of the spring meeting", invited_by=admin, expires_at=expires_at)
    if not Feedback.objects.exists():
        _answers(plan)


def _answers(plan: DemoPlan) -> None:
    """Adds answers about the bookings of the last weeks, four of five of them good ones."""
    random = Random(plan.seed)  # noqa: S311  (demo data)
    since = plan.now - timedelta(weeks=11)
    bookings = Booking.objects.filter(created_at__gte=since, created_at__lt=plan.now).order_by("-created_at")
    rows = []
    for booking in bookings[:MOST_ANSWERS]:
        was_easy = random.random() < 0.8
        text = random.choice(WORDS[was_easy]) if random.random() < 0.3 else ""
        rows.append(
            Feedback(
                occasion=Feedback.Occasion.BOOKING, reference=booking.reference, person_id=booking.client_id,
                was_easy=was_easy, text=text, created_at=booking.created_at + timedelta(minutes=1),
            )
        )  # fmt: skip
    Feedback.objects.bulk_create(rows)
