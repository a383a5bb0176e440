"""Demo data for Ada's clients on their pathways: more or less far, some stuck, and notes on them. Reports all completed
sessions."""

from __future__ import annotations

import random
from datetime import timedelta

from django.db import transaction
from django.db.models import Exists, OuterRef

from accounts.models import User
from bookings.agreement.pathway_progress import reported
from bookings.models import Booking, ClientNote
from bookings.states import State
from core.registry import DemoPlan
from pathways import services as pathways
from pathways.badges import services as badges
from pathways.demo import along, make_progress
from pathways.goals import services as goals
from pathways.models import CompletedSession, Enrolment, Pathway, Skill

DAY = timedelta(days=1)
NOTES = (
    ("Thinks in pictures: draw first, then talk.", False),
    ("For next time: bring the three numbers we spoke about, and nothing else.", True),
)


def _report_sessions() -> None:
    """Reports the completed sessions that were added since the last time, as happens when a session is completed."""
    known = CompletedSession.objects.filter(booking=OuterRef("pk"))
    completed = Booking.objects.filter(~Exists(known), state=State.COMPLETED, client__isnull=False)
    pathways.report_sessions(sessions=[reported(booking) for booking in completed.iterator()])


def seed(plan: DemoPlan, clients: list[User]) -> None:
    """Adds the progress and the notes, unless Ada has notes already."""
    _report_sessions()
    ada, cleo = User.objects.get(email="builder@demo.test"), User.objects.get(email="client@demo.test")
    if ClientNote.objects.filter(builder=ada).exists():
        return
    open_pathways, skills = list(Pathway.objects.open()), list(Skill.objects.open().complete())
    with transaction.atomic():
        for number, client in enumerate(clients):
            chance = random.Random(f"{plan.seed}-walk-{number}")  # noqa: S311  (demo data)
            pathway = open_pathways[number % len(open_pathways)]
            if Enrolment.objects.filter(client=client, pathway=pathway).exists():
                continue
            learned = along(pathway, skills, chance.randint(0, 11))
            newest = chance.choice((1, 3, 6, 20, 33))
            done = {slug: newest + 8 * place for place, slug in enumerate(reversed(learned))}
            ordered = dict(sorted(done.items(), key=lambda item: -item[1]))
            make_progress(client, pathway, ada, plan.now - (newest + 8 * len(learned) + 10) * DAY, ordered, plan.now)
        for client in (cleo, *clients):
            badges.update_awards(client=client, now=plan.now)
            goals.update_goals(client=client, now=plan.now)
        badges.update_awards(client=ada, now=plan.now)
        for text, is_shared in NOTES:
            ClientNote.objects.create(builder=ada, client=cleo, text=text, is_shared=is_shared)
