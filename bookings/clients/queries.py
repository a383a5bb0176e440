"""A builder's clients: those they lead on a pathway, and those who have booked them."""

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
SORTS = {"name": "By name", "next": "Next session first", "stuck": "Longest without a step"}


@dataclass(frozen=True)
class Client:
    """One line of the list."""

    person: User
    far: list[tuple[Enrolment, EnrolmentSummary]]
    last: datetime | None
    next: datetime | None
    now: datetime

    @property
    def asked(self) -> int:
        return sum(far.asked for _, far in self.far)

    @property
    def stuck_days(self) -> int | None:
        """Days since anything has moved on what they walk now; None where nothing is under way."""
        moved = [far.moved_at for enrolment, far in self.far if enrolment.status == Enrolment.Status.ACTIVE]
        return (self.now - max(moved)).days if moved else None

    @property
    def is_stuck(self) -> bool:
        return self.stuck_days is not None and self.stuck_days >= STUCK_AFTER.days


def clients_of(builder: User) -> QuerySet[User]:
    """Everybody they lead or have met, or will."""
    led = Enrolment.objects.filter(builder=builder, client=OuterRef("pk"))
    met = Booking.objects.filter(builder=builder, client=OuterRef("pk")).exclude(state=State.CANCELLED)
    return User.objects.filter(Exists(led) | Exists(met))


def asking(found: QuerySet[User], builder: User) -> QuerySet[User]:
    """Those among them who have asked the builder to look at a skill."""
    return found.filter(Exists(_own_progress(builder).filter(asked_at__isnull=False)))


def _own_progress(builder: User) -> QuerySet[Progress]:
    """What one client has moved on pathways that this builder leads them on."""
    led = {"skill__pathways__enrolments__builder": builder, "skill__pathways__enrolments__client": OuterRef("pk")}
    return Progress.objects.filter(client=OuterRef("pk"), **led)


def narrowed(found: QuerySet[User], builder: User, told: dict[str, str], now: datetime) -> QuerySet[Any]:
    """By words, by pathway, by what there is to do; in the order that was asked for."""
    led = Enrolment.objects.filter(builder=builder, client=OuterRef("pk"))
    for word in told.get("q", "").split()[:6]:
        found = found.filter(Q(display_name__icontains=word) | Q(email__icontains=word))
    if told.get("pathway"):
        found = found.filter(Exists(led.filter(pathway__slug=told["pathway"])))
    own = _own_progress(builder)
    if told.get("show") == "asked":
        found = asking(found, builder)
    moved = own.order_by().values("client").annotate(last=Max("changed_at")).values("last")
    begun = led.filter(status=Enrolment.Status.ACTIVE).order_by("created_at").values("created_at")[:1]
    ahead = Booking.objects.filter(builder=builder, client=OuterRef("pk")).ahead(now).order_by("starts_at")
    past = Booking.objects.filter(builder=builder, client=OuterRef("pk"), starts_at__lte=now)
    past = past.exclude(state=State.CANCELLED).order_by("-starts_at")
    annotated = found.annotate(
        moved_at=Coalesce(Subquery(moved), Subquery(begun)),
        next_at=Subquery(ahead.values("starts_at")[:1]),
        last_at=Subquery(past.values("starts_at")[:1]),
    )
    if told.get("show") == "stuck":
        annotated = annotated.filter(Exists(led.filter(status=Enrolment.Status.ACTIVE)), moved_at__lt=now - STUCK_AFTER)
    orders: dict[str, list[Any]] = {
        "next": [F("next_at").asc(nulls_last=True)],
        "stuck": [F("moved_at").asc(nulls_last=True)],
    }
    return annotated.order_by(*orders.get(told.get("sort", ""), []), "display_name", "pk")


def lines(people: Iterable[Any], builder: User, now: datetime) -> list[Client]:
    """With how far each is: three queries, however many."""
    found = list(people)
    led = list(Enrolment.objects.complete().filter(builder=builder, client__in=found).order_by("pathway__order"))
    far = enrolment_summaries(led)
    by_client: dict[UUID, list[tuple[Enrolment, EnrolmentSummary]]] = {}
    for each in led:
        by_client.setdefault(each.client_id, []).append((each, far[each.pk]))
    return [Client(person, by_client.get(person.pk, []), person.last_at, person.next_at, now) for person in found]


def client_of(builder: User, identity: UUID) -> User:
    """Whoever is no client of theirs, for them there is nobody."""
    found = clients_of(builder).filter(pk=identity).first()
    if found is None:
        raise Http404
    return found


def answers_of(builder: User, client: User, most: int = 30) -> list[Answer]:
    """What they have answered to the builder's questions, newest booking first: one query."""
    found = Answer.objects.filter(booking__builder=builder, booking__client=client).select_related("booking")
    return list(found.order_by("-booking__starts_at", "id")[:most])


def sessions_of(builder: User, client: User, most: int = 20) -> list[Booking]:
    found = Booking.objects.filter(builder=builder, client=client).complete()
    return list(found.order_by("-starts_at", "-id")[:most])


def notes_on(builder: User, client: User) -> QuerySet[ClientNote]:
    return ClientNote.objects.filter(builder=builder, client=client)
