"""A builder's clients: people they lead on a pathway or who have booked them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.db.models import Exists, F, Max, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce
from django.http import Http404

from accounts.models import User
from bookings.models import Answer, Booking, ClientNote
from bookings.states import State
from pathways.models import Enrolment, Progress
from pathways.progress.queries import EnrolmentSummary, enrolment_summaries

STUCK_AFTER = timedelta(days=14)
SORTS = {"name": "By name", "next": "Next session first", "stuck": "Longest without progress"}


@dataclass(frozen=True)
class ClientRow:
    """One row of the list of clients."""

    person: User
    far: list[tuple[Enrolment, EnrolmentSummary]]
    last: datetime | None
    next: datetime | None
    now: datetime

    @property
    def asked(self) -> int:
        """How many skills wait for the builder's review."""
        return sum(far.asked for _, far in self.far)

    @property
    def stuck_days(self) -> int | None:
        """Days since the last progress on an active pathway, or None without an active pathway."""
        moved = [far.moved_at for enrolment, far in self.far if enrolment.status == Enrolment.Status.ACTIVE]
        return (self.now - max(moved)).days if moved else None

    @property
    def is_stuck(self) -> bool:
        return self.stuck_days is not None and self.stuck_days >= STUCK_AFTER.days


def clients_of(builder: User) -> QuerySet[User]:
    """Returns everybody who is led by the builder or has a booking with them that is not cancelled.

    An invitation that they have not accepted does not count, since they may never have asked for anything.
    """
    led = Enrolment.objects.filter(builder=builder, client=OuterRef("pk"))
    met = Booking.objects.of_builder(builder).filter(client=OuterRef("pk")).exclude(state=State.CANCELLED)
    agreed = met.exclude(state=State.PENDING, awaits_client=True)
    return User.objects.filter(Exists(led) | Exists(agreed))


def asking(clients: QuerySet[User], builder: User) -> QuerySet[User]:
    """Returns those of the clients who wait for the builder to review a skill."""
    return clients.filter(Exists(_own_progress(builder).filter(asked_at__isnull=False)))


def _own_progress(builder: User) -> QuerySet[Progress]:
    """Returns the progress of the outer query's client on pathways on which the builder leads them."""
    led = {"skill__pathways__enrolments__builder": builder, "skill__pathways__enrolments__client": OuterRef("pk")}
    return Progress.objects.filter(client=OuterRef("pk"), **led)


def filter_clients(clients: QuerySet[User], builder: User, filters: dict[str, str], now: datetime) -> QuerySet[Any]:
    """Filters by words, pathway and what there is to do, and sorts by `filters["sort"]`."""
    led = Enrolment.objects.filter(builder=builder, client=OuterRef("pk"))
    for word in filters.get("q", "").split()[:6]:
        clients = clients.filter(Q(display_name__icontains=word) | Q(email__icontains=word))
    if filters.get("pathway"):
        clients = clients.filter(Exists(led.filter(pathway__slug=filters["pathway"])))
    own = _own_progress(builder)
    if filters.get("show") == "asked":
        clients = asking(clients, builder)
    moved = own.order_by().values("client").annotate(last=Max("changed_at")).values("last")
    begun = led.filter(status=Enrolment.Status.ACTIVE).order_by("created_at").values("created_at")[:1]
    ahead = Booking.objects.of_builder(builder).filter(client=OuterRef("pk")).ahead(now).order_by("starts_at")
    past = Booking.objects.of_builder(builder).filter(client=OuterRef("pk"), starts_at__lte=now)
    past = past.exclude(state=State.CANCELLED).order_by("-starts_at")
    annotated = clients.annotate(
        moved_at=Coalesce(Subquery(moved), Subquery(begun)),
        next_at=Subquery(ahead.values("starts_at")[:1]),
        last_at=Subquery(past.values("starts_at")[:1]),
    )
    if filters.get("show") == "stuck":
        annotated = annotated.filter(Exists(led.filter(status=Enrolment.Status.ACTIVE)), moved_at__lt=now - STUCK_AFTER)
    orders: dict[str, list[Any]] = {
        "next": [F("next_at").asc(nulls_last=True)],
        "stuck": [F("moved_at").asc(nulls_last=True)],
    }
    return annotated.order_by(*orders.get(filters.get("sort", ""), []), "display_name", "pk")


def stuck_clients(builder: User, now: datetime, most: int) -> list[Any]:
    """Returns the clients who have been without a step for longest, at most so many, each with `stuck_days`. One query."""
    people = list(filter_clients(clients_of(builder), builder, {"show": "stuck", "sort": "stuck"}, now)[:most])
    for person in people:
        person.stuck_days = (now - person.moved_at).days
    return people


def client_rows(people: Iterable[Any], builder: User, now: datetime) -> list[ClientRow]:
    """Returns the rows with the progress of each client. Three queries for any number."""
    clients = list(people)
    led = list(Enrolment.objects.complete().filter(builder=builder, client__in=clients).order_by("pathway__order"))
    far = enrolment_summaries(led)
    by_client: dict[UUID, list[tuple[Enrolment, EnrolmentSummary]]] = {}
    for enrolment in led:
        by_client.setdefault(enrolment.client_id, []).append((enrolment, far[enrolment.pk]))
    return [ClientRow(person, by_client.get(person.pk, []), person.last_at, person.next_at, now) for person in clients]


def client_of(builder: User, identity: UUID) -> User:
    """Returns the builder's client with this id; anybody else is a 404."""
    client = clients_of(builder).filter(pk=identity).first()
    if client is None:
        raise Http404
    return client


def answers_of(builder: User, client: User, most: int = 30) -> list[Answer]:
    """Returns the client's answers to the builder's questions, newest booking first. One query."""
    answers = Answer.objects.filter(booking__builder=builder, booking__client=client).select_related("booking")
    return list(answers.order_by("-booking__starts_at", "id")[:most])


def sessions_of(builder: User, client: User, most: int = 20) -> list[Booking]:
    """Returns the newest bookings of the client with the builder. One query."""
    sessions = Booking.objects.of_builder(builder).filter(client=client).listed()
    return list(sessions.order_by("-starts_at", "-id")[:most])


def notes_on(builder: User, client: User) -> QuerySet[ClientNote]:
    return ClientNote.objects.filter(builder=builder, client=client)
