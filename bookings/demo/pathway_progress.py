"""Demo data for Ada's clients on their pathways: more or less far, some stuck, and notes on them."""

from __future__ import annotations

import random
from datetime import timedelta

from django.db import transaction

from accounts.models import User
from bookings.models import Booking, ClientNote
from bookings.states import State
from core.registry import DemoPlan
from pathways.badges import services as badges
from pathways.demo import along, make_progress
from pathways.models import Enrolment, Pathway, Skill

DAY = timedelta(days=1)
NOTES = (
    ("Thinks in pictures: draw first, then talk.", False),
    ("For next time: bring the three numbers we spoke about, and nothing else.", True),
)


def seed(plan: DemoPlan, clients: list[User]) -> None:
    """Adds the progress and the notes, unless Ada has notes already."""
    ada, cleo = User.objects.get(email="builder@demo.test"), User.objects.get(email="client@demo.test")
    if ClientNote.objects.filter(builder=ada).exists():
        return
    pathways, skills = list(Pathway.objects.open()), list(Skill.objects.open().complete())
    with transaction.atomic():
        for number, client in enumerate(clients):
            chance = random.Random(f"{plan.seed}-walk-{number}")  # noqa: S311  (demo data)
            pathway = pathways[number % len(pathways)]
            if Enrolment.objects.filter(client=client, pathway=pathway).exists():
                continue
            learned = along(pathway, skills, chance.randint(0, 11))
            newest = chance.choice((1, 3, 6, 20, 33))
            done = {slug: newest + 8 * place for place, slug in enumerate(reversed(learned))}
            ordered = dict(sorted(done.items(), key=lambda item: -item[1]))
            make_progress(client, pathway, ada, plan.now - (newest + 8 * len(learned) + 10) * DAY, ordered, plan.now)
        for client in (cleo, *clients):
            sessions = Booking.objects.filter(client=client, state=State.COMPLETED).count()
            badges.count_sessions(client=client, sessions=sessions)
        for text, is_shared in NOTES:
            ClientNote.objects.create(builder=ada, client=cleo, text=text, is_shared=is_shared)
