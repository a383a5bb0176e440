"""Projects: their sessions, who can see them, and the API."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from accounts.models import User
from bookings.deliverables import services as deliverables
from bookings.models import Booking, Project
from bookings.projects import services as projects
from coaching.models import SessionType
from core.errors import Refusal
from tests.bookings.cast import builder_of, finished
from tests.bookings.wire import Caller
from tests.cast import make_person
from tests.reading import visible_text
from tests.scheduling.cast import refused, soon

pytestmark = pytest.mark.django_db


def url(name: str, booking: Booking, *more: Any) -> str:
    return reverse(f"bookings:{name}", args=[booking.reference, *more])


def test_client_and_builder_see_the_deliverables_of_a_project(
    hour: SessionType, done: Booking, cleo: User, browser_of: Callable[[User | None], Client]
) -> None:
    cleos, adas = browser_of(cleo), browser_of(hour.builder)
    cleos.post(reverse("bookings:new_project"), {"title": "The launch", "about": "A small shop."})
    project = Project.objects.get()
    cleos.post(url("put", done), {"project": project.pk})
    deliverables.add(booking=done, by=builder_of(done), title="The plan", url="https://example.com/plan")

    for browser in (cleos, adas):
        shown = visible_text(browser.get(project.get_absolute_url()))
        assert "The launch" in shown
        assert "The plan" in shown
    assert browser_of(make_person("Sam Lee")).get(project.get_absolute_url()).status_code == 404
    assert adas.get(reverse("bookings:edit_project", args=[project.pk])).status_code == 404


def test_a_builder_sees_only_their_own_sessions_of_a_project(hour: SessionType, done: Booking, cleo: User) -> None:
    from bookings.projects.queries import project_for
    from tests.bookings.cast import shop
    from tests.cast import make_builder_person

    other = finished(shop(make_builder_person("Bram Dubois")), cleo, soon(14))
    project = projects.save(project=Project(client=cleo), title="The launch", about="")
    for booking in (done, other):
        projects.put(booking=booking, project=project, by=cleo)

    assert len(project_for(cleo, project.pk).bookings) == 2
    assert project_for(hour.builder, project.pk).bookings == [done]


def test_a_booking_cannot_be_moved_into_another_clients_project(done: Booking, cleo: User, browser_of: Callable[[User | None], Client]) -> None:  # fmt: skip
    sam = make_person("Sam Lee")
    project = projects.save(project=Project(client=sam), title="Sam's", about="")

    assert browser_of(cleo).post(url("put", done), {"project": project.pk}).status_code == 404
    assert refused(lambda: projects.put(booking=done, project=project, by=cleo)).refusal == Refusal.FORBIDDEN


def test_the_api_books_for_a_project_of_the_client_only(hour: SessionType, cleo: User) -> None:
    project = projects.save(project=Project(client=cleo), title="The launch", about="")
    foreign = projects.save(project=Project(client=make_person("Sam Lee")), title="Sam's", about="")
    body = {"sessionTypeId": str(hour.pk), "scheduledTime": soon().isoformat()}

    bad = Caller(cleo).post("/api/bookings/create", {**body, "projectId": str(foreign.pk)})
    booked = Caller(cleo).post("/api/bookings/create", {**body, "projectId": str(project.pk)})

    assert bad.status_code == 422
    assert booked.json()["booking"]["project"] == {"id": str(project.pk), "title": "The launch"}
