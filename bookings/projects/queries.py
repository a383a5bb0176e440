"""One's own projects, and one project as a person may see it."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from django.db.models import Count, F, Max
from django.http import Http404

from accounts.models import User
from accounts.roles import STAFF
from bookings.deliverables.queries import Delivered, deliverables_of
from bookings.models import Booking, Project


def projects_of(person: User) -> list[Project]:
    """One's own with the number of sessions in each, open ones first: one query."""
    found = Project.objects.filter(client=person).annotate(sessions=Count("bookings"), last=Max("bookings__starts_at"))
    return list(found.order_by(F("closed_at").asc(nulls_first=True), "-created_at"))


@dataclass(frozen=True)
class ProjectSeen:
    """A project as one person sees it."""

    project: Project
    bookings: list[Booking]
    delivered: list[tuple[Booking, list[Delivered]]]
    is_mine: bool


def project_for(person: User, identity: UUID) -> ProjectSeen:
    """Its client and staff see all of it, a builder their own part: three queries. Nobody else has any."""
    project = Project.objects.select_related("client").filter(pk=identity).first()
    if project is None:
        raise Http404
    is_mine = project.client_id == person.pk
    bookings = Booking.objects.filter(project=project).complete()
    if not is_mine and not set(person.roles) & STAFF:
        bookings = bookings.filter(builder=person)
    found = list(bookings)
    if not found and not is_mine and not set(person.roles) & STAFF:
        raise Http404
    made = deliverables_of(*found)
    by_booking = [(booking, [each for each in made if each.newest.booking_id == booking.pk]) for booking in found]
    return ProjectSeen(project, found, [(booking, own) for booking, own in by_booking if own], is_mine)
