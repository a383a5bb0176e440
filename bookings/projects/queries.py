"""The projects of a client, and one project as a person may see it."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from django.db.models import Count, F, Max
from django.http import Http404

from accounts.models import User
from accounts.roles import STAFF
from bookings.deliverables.queries import VersionedDeliverable, deliverables_of
from bookings.models import Booking, Project


def projects_of(person: User) -> list[Project]:
    """Returns the projects of a client with the number of their sessions, open ones first. One query."""
    projects = Project.objects.filter(client=person).annotate(
        sessions=Count("bookings"), last=Max("bookings__starts_at")
    )
    return list(projects.order_by(F("closed_at").asc(nulls_first=True), "-created_at"))


@dataclass(frozen=True)
class VisibleProject:
    """A project with the bookings and deliverables that a person may see."""

    project: Project
    bookings: list[Booking]
    delivered: list[tuple[Booking, list[VersionedDeliverable]]]
    is_mine: bool


def project_for(person: User, identity: UUID) -> VisibleProject:
    """Returns the project for a person: all of it for its client and staff, a builder's own bookings for that builder.

    Anybody else gets a 404. Three queries.
    """
    project = Project.objects.select_related("client").filter(pk=identity).first()
    if project is None:
        raise Http404
    is_mine = project.client_id == person.pk
    bookings = Booking.objects.filter(project=project).listed()
    if not is_mine and not set(person.roles) & STAFF:
        bookings = bookings.filter(builder=person)
    visible = list(bookings)
    if not visible and not is_mine and not set(person.roles) & STAFF:
        raise Http404
    deliverables = deliverables_of(*visible)
    by_booking = [
        (booking, [deliverable for deliverable in deliverables if deliverable.newest.booking_id == booking.pk])
        for booking in visible
    ]
    return VisibleProject(project, visible, [(booking, own) for booking, own in by_booking if own], is_mine)
