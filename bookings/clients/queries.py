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
from core.compiled import CompiledQuery
from pathways.models import Enrolment, Progress
from pathways.progress.queries import EnrolmentSummary, enrolment_summaries

STUCK_AFTER = timedelta(days=14)
MOST_STUCK = 3  # on the dashboard
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


def clients_of(builder: User | UUID) -> QuerySet[User]:
    """Returns everybody who is led by the builder or has a booking with them that is not cancelled.

    An invitation that they have not accepted does not count, since they may never have asked for anything.
    """
    led = Enrolment.objects.filter(builder=builder, client=OuterRef("pk"))
    met = Booking.objects.of_builder(builder).filter(client=OuterRef("pk")).exclude(state=State.CANCELLED)
    agreed = met.exclude(state=State.PENDING, awaits_client=True)
    return User.objects.filter(Exists(led) | Exists(agreed))


def asking(clients: QuerySet[User], builder: User | UUID) -> QuerySet[User]:
    """Returns those of the clients who wait for the builder to review a skill."""
    return clients.filter(Exists(_own_progress(builder).filter(asked_at__isnull=False)))


def _own_progress(builder: User | UUID) -> QuerySet[Progress]:
    """Returns the progress of the outer query's client on pathways on which the builder leads them."""
    led = {"skill__pathways__enrolments__builder": builder, "skill__pathways__enrolments__client": OuterRef("pk")}
    return Progress.objects.filter(client=OuterRef("pk"), **led)


def filter_clients(
    clients: QuerySet[User], builder: User | UUID, filters: dict[str, str], now: datetime
) -> QuerySet[Any]:
    """Filters by words, pathway and what there is to do, and sorts by `filters["sort"]`."""
    led = Enrolment.objects.filter(builder=builder, client=OuterRef("pk"))
    for word in filters.get("q", "").split()[:6]:
        clients = clients.filter(Q(display_name__icontains=word) | Q(email__icontains=word))
    if filters.get("pathway"):
        clients = clients.filter(Exists(led.filter(pathway__slug=filters["pathway"])))
    if filters.get("show") == "asked":
        clients = asking(clients, builder)
    ahead = Booking.objects.of_builder(builder).filter(client=OuterRef("pk")).ahead(now).order_by("starts_at")
    past = Booking.objects.of_builder(builder).filter(client=OuterRef("pk"), starts_at__lte=now)
    past = past.exclude(state=State.CANCELLED).order_by("-starts_at")
    annotated: QuerySet[Any] = _with_last_step(clients, builder).annotate(
        next_at=Subquery(ahead.values("starts_at")[:1]),
        last_at=Subquery(past.values("starts_at")[:1]),
    )
    if filters.get("show") == "stuck":
        annotated = _stuck(annotated, builder, now - STUCK_AFTER)
    orders: dict[str, list[Any]] = {
        "next": [F("next_at").asc(nulls_last=True)],
        "stuck": [F("moved_at").asc(nulls_last=True)],
    }
    return annotated.order_by(*orders.get(filters.get("sort", ""), []), "display_name", "pk")


def _with_last_step(clients: QuerySet[User], builder: User | UUID) -> QuerySet[Any]:
    """Returns the clients with `moved_at`: their last progress where the builder leads them, or else when they began."""
    moved = _own_progress(builder).order_by().values("client").annotate(last=Max("changed_at")).values("last")
    active = Enrolment.objects.filter(builder=builder, client=OuterRef("pk"), status=Enrolment.Status.ACTIVE)
    begun = active.order_by("created_at").values("created_at")[:1]
    return clients.annotate(moved_at=Coalesce(Subquery(moved), Subquery(begun)))


def _stuck(clients: QuerySet[Any], builder: User | UUID, since: datetime) -> QuerySet[Any]:
    """Returns those of the clients, with their last step, who are on a pathway and have made none since then."""
    active = Enrolment.objects.filter(builder=builder, client=OuterRef("pk"), status=Enrolment.Status.ACTIVE)
    return clients.filter(Exists(active), moved_at__lt=since)


def _longest_without_step(builder: UUID, since: datetime) -> QuerySet[Any]:
    stuck = _stuck(_with_last_step(clients_of(builder), builder), builder, since)
    return stuck.order_by("moved_at", "display_name", "pk")[: MOST_STUCK + 1]


_longest_stuck = CompiledQuery(_longest_without_step)


def stuck_clients(builder: User, now: datetime) -> list[Any]:
    """Returns the clients who have been without a step for longest, at most one more than MOST_STUCK, each with `stuck_days`. One query."""
    people = _longest_stuck.rows(builder.pk, now - STUCK_AFTER)
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
