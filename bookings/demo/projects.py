"""Demo data for a project with its deliverables."""

from __future__ import annotations

from django.core.files.base import ContentFile

from accounts.models import User
from bookings.agreement.transitions import Actor
from bookings.deliverables import services as deliverables
from bookings.models import Booking, Project
from bookings.projects import services as projects
from bookings.states import Side, State

NOTES = """What we decided on Tuesday

1. The first screen asks for one thing: the link to the shop.
2. Prices move to the end, where somebody has seen what it does.
3. Three people try it before Friday; Cleo writes down where they stop.
"""


def add_project(ada: User, cleo: User) -> None:
    """Adds a project of Cleo with three of her sessions and their deliverables."""
    sessions = list(Booking.objects.filter(builder=ada, client=cleo, state=State.COMPLETED).order_by("-starts_at")[:3])
    if len(sessions) < 3:
        return
    about = "A small app that turns a folder of fabric scans into a shop page. Launch before the spring fair."
    project = projects.save(project=Project(client=cleo), title="Threadbare, the launch", about=about)
    for booking in sessions:
        projects.put(booking=booking, project=project, by=cleo)
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
