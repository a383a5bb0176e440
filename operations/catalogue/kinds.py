"""The kinds of rows that the catalogue has besides pathways: services, towns and professional roles."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db.models import Model, Q, QuerySet

from accounts.models import BuilderProfile, Place, ProfessionalRole, User
from accounts.places import folded
from coaching.models import Offer, Service, SessionType


@dataclass(frozen=True)
class CatalogueKind:
    """A kind of row, and how its pages read it."""

    slug: str
    label: str
    singular: str
    model: type[Model]
    columns: tuple[tuple[str, Callable[[Any], object]], ...]
    search: Callable[[str], Q]
    uses: Callable[[Any], list[str]]
    builders: Callable[[Any], QuerySet[Any, UUID]]  # whose listings show the name

    @property
    def rows(self) -> QuerySet[Any]:
        return self.model._default_manager.all()  # noqa: SLF001  (the public name of it is not known to the type of models)


def _count(number: int, singular: str, plural: str) -> list[str]:
    return [f"{number} {singular if number == 1 else plural}."] if number else []


def _uses_of_service(service: Service) -> list[str]:
    sessions = SessionType.objects.filter(service=service)
    return [
        *_count(service.offers.count(), "builder offers it", "builders offer it"),
        *_count(sessions.count(), "session type is of it", "session types are of it"),
    ]


def _uses_of_role(role: ProfessionalRole) -> list[str]:
    return _count(role.builders.count(), "builder has chosen it", "builders have chosen it")


def _uses_of_place(place: Place) -> list[str]:
    return _count(User.objects.filter(place=place).count(), "person lives there", "people live there")


KINDS = {
    kind.slug: kind
    for kind in (
        CatalogueKind(
            "services", "Services", "service", Service,
            (("Slug", lambda row: row.slug), ("Other words", lambda row: row.keywords or "–")),
            lambda text: Q(name__icontains=text) | Q(keywords__icontains=text),
            _uses_of_service,
            lambda row: Offer.objects.filter(services=row).values_list("builder", flat=True),
        ),
        CatalogueKind(
            "roles", "Professional roles", "professional role", ProfessionalRole,
            (("Slug", lambda row: row.slug), ("Place in the list", lambda row: row.position)),
            lambda text: Q(name__icontains=text),
            _uses_of_role,
            lambda row: BuilderProfile.objects.filter(roles=row).values_list("user", flat=True),
        ),
        CatalogueKind(
            "towns", "Towns", "town", Place,
            (
                ("Region and country", lambda row: ", ".join(filter(None, (row.region, row.country)))),
                ("People", lambda row: f"{row.population:,}"),
                ("Time zone", lambda row: row.timezone),
            ),
            lambda text: Q(names__contains=f"|{folded(text)}"),
            _uses_of_place,
            lambda row: BuilderProfile.objects.filter(user__place=row).values_list("user", flat=True),
        ),
    )
}  # fmt: skip
