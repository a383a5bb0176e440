"""Saves, closes and reopens projects, and puts bookings into them."""

from __future__ import annotations

from django.db import transaction

from accounts.models import User
from accounts.services import lock_person
from bookings.models import Booking, Project
from core import clock
from core.errors import Refusal, Refused

MOST = 200


@transaction.atomic
def save(*, project: Project, title: str, about: str) -> Project:
    """Creates the project, or changes its title and text.

    The client is locked when creating one, so that two requests at once cannot exceed the limit.
    """
    if project._state.adding:
        lock_person(project.client_id)
        if Project.objects.filter(client=project.client).count() >= MOST:
            raise Refused(Refusal.INVALID, f"You can have up to {MOST} projects.")
    project.title, project.about = title.strip(), about.strip()
    project.save()
    return project


def close(*, project: Project) -> Project:
    """Closes the project: it can still be read, and is no longer offered when booking."""
    project.closed_at = project.closed_at or clock.now()
    project.save(update_fields=["closed_at", "changed_at"])
    return project


def reopen(*, project: Project) -> Project:
    """Reopens a closed project."""
    project.closed_at = None
    project.save(update_fields=["closed_at", "changed_at"])
    return project


def put(*, booking: Booking, project: Project | None, by: User) -> Booking:
    """Moves a booking into a project of the same client, or out of its project if `project` is None."""
    if booking.client_id != by.pk or (project is not None and project.client_id != by.pk):
        raise Refused(Refusal.FORBIDDEN)
    Booking.objects.filter(pk=booking.pk).update(project=project)
    booking.project = project
    return booking
