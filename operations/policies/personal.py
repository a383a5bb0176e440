"""Registers what policies keep about a person, for the data export and for erasure."""

from __future__ import annotations

from django.db.models import Q

from accounts.models import JoinInvitation, User
from bookings.models import Booking
from core.models import Acceptance, Announcement, Feedback, Maintenance, PolicyVersion
from core.personal import Rows, register_personal

OF_STAFF = "what staff decided for the whole site, by number and not by name"


def _is_theirs(person: User) -> Q:
    """Selects rows of the person, and of bookings that they made as a guest."""
    return Q(person=person) | Q(reference__in=Booking.objects.filter(client=person).values("reference"))


def register() -> None:
    """Registers the models. Called once, from `AppConfig.ready()`."""
    register_personal(
        Acceptance,
        rows=lambda person: Acceptance.objects.filter(_is_theirs(person)).select_related("version"),
        fields=("version__kind", "version__number", "occasion", "reference", "accepted_at"),
        erase=None,
        why="which versions of the terms a number accepted, and when, as evidence of what was agreed",
    )
    register_personal(
        Feedback,
        rows=lambda person: Feedback.objects.filter(_is_theirs(person)),
        fields=("occasion", "reference", "was_easy", "text", "created_at"),
        erase="delete",
    )
    register_personal(
        JoinInvitation,
        rows=lambda person: JoinInvitation.objects.filter(Q(used_by=person) | Q(email=person.email)),
        fields=("email", "created_at", "expires_at", "used_at"),
        erase="delete",
    )
    for model, owner in ((Maintenance, "created_by"), (Announcement, "created_by"), (PolicyVersion, "published_by")):
        register_personal(model, rows=_made_by(model, owner), erase=None, why=OF_STAFF)


def _made_by(model: type[Maintenance | Announcement | PolicyVersion], owner: str) -> Rows:
    return lambda person: model.objects.filter(**{owner: person})
