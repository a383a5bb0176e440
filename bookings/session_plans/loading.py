"""Loads what plans of sessions are made of, as plain values for the proposer: as many queries for a year as for a week."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from uuid import UUID

from django.db.models import Count, Q

from accounts.models import User
from bookings.models import Booking, PlannedSession, SessionPlan
from bookings.session_plans.pricing import CreditsLeft, PackageOnSale
from bookings.session_plans.proposer import PickedSession, PlanOffer, PlanPreferences, PlanSearch
from bookings.states import LIVE
from coaching import terms
from coaching.models import Offer, SessionType
from coaching.packages.models import Package
from coaching.quotes import offered_minutes
from core import flags
from core.money import Money
from pathways.models import BuilderSkill, Enrolment, Pathway, Skill
from pathways.progress.queries import PathwayProgress, pathway_progress
from pathways.states import SkillState
from payments.credits.queries import held
from payments.flags import PAYMENTS
from payments.models import CreditGrant
from payments.stripe.configuration import is_configured
from scheduling import loading
from scheduling.intervals import Stretch, instant

AROUND = 7 * 86_400  # other times are looked for up to a week after the last day
MOST_SUGGESTED = 3


@dataclass(frozen=True)
class LoadedPlan:
    """A plan's surroundings: the session types with their builders, the offers, the gaps, and what pays for sessions."""

    now: datetime
    session_types: dict[UUID, SessionType]
    offers_of_builders: dict[UUID, Offer]
    offers: list[PlanOffer]
    own: list[Stretch]
    gaps: list[Skill]
    credits: list[CreditsLeft] = field(default_factory=list)
    packages: list[PackageOnSale] = field(default_factory=list)

    @property
    def at(self) -> int:
        return int(self.now.timestamp())

    def search(self, preferences: PlanPreferences) -> PlanSearch:
        gaps = [skill.pk for skill in self.gaps]
        return PlanSearch(preferences, self.offers, self.at, own=self.own, gaps=gaps)

    def offer_for(self, session_type: UUID) -> PlanOffer | None:
        return next((offer for offer in self.offers if offer.session_type == session_type), None)


def plan_holder(plan: UUID) -> str:
    """Returns the holder of the seats of a plan: other than the client's own, so that none replaces the other."""
    return f"plan:{plan}"


def load(
    *, client: User, plan: SessionPlan, now: datetime, more_types: Iterable[UUID] = (), times: Iterable[datetime] = ()
) -> LoadedPlan:
    """Loads the surroundings of a plan, whether or not it is saved. The number of queries depends on neither the weeks nor
    the sessions. `times`: what else has to be looked at, if it is before the first day or after the last."""
    wanted = list(dict.fromkeys([*plan.session_types, *more_types]))
    rows = {row.pk: row for row in bookable_types(wanted)}
    types = {key: rows[key] for key in wanted if key in rows}
    builders = {row.builder_id for row in types.values()}
    offers = terms.offers_of(builders)
    window = _window_of(plan, now, times)
    hours = loading.load_hours(builders, window) if builders else {}
    busy = loading.load_taken(builders, window, now, plan_holder(plan.pk)) if builders else {}
    gaps = gaps_of(pathway_progress(client, plan.pathway)) if plan.pathway else []
    teaching = _taught_by(builders, gaps)
    holder = plan_holder(plan.pk)
    plan_offers = []
    for rank, (key, row) in enumerate(types.items()):
        own_terms = terms.terms_of(row, offers[row.builder_id])
        minutes = length_of(row, offered_minutes(own_terms), plan.minutes)
        if minutes is None or not offers[row.builder_id].is_active:
            continue
        plan_offers.append(
            PlanOffer(
                session_type=key,
                builder=row.builder_id,
                wanted=loading.wanted(row, minutes),
                calendar=hours[row.builder_id].calendar_for(key),
                taken=loading.for_engine(busy[row.builder_id], holder, key),
                terms=own_terms,
                skills=teaching.get(row.builder_id, frozenset()),
                rank=rank,
            )
        )
    return LoadedPlan(
        now=now,
        session_types=types,
        offers_of_builders=offers,
        offers=plan_offers,
        own=own_appointments(client, window, plan.pk),
        gaps=gaps,
        credits=credits_of(client, builders),
        packages=packages_on_sale(client, builders, now),
    )


def _window_of(plan: SessionPlan, now: datetime, times: Iterable[datetime]) -> Stretch:
    """Returns the days of the plan with a week before and after them, as far as they are not over."""
    zone = loading.zone_named(plan.timezone)
    edges = [instant(plan.first_day, 0, zone), instant(plan.last_day, 0, zone), *(int(at.timestamp()) for at in times)]
    start = max(int(now.timestamp()), min(edges) - AROUND)
    return start, max(start, *edges) + AROUND


def preferences_of(plan: SessionPlan) -> PlanPreferences:
    """Returns what the client asked for as the proposer reads it. No query."""
    return PlanPreferences(
        zone=loading.zone_named(plan.timezone),
        weekdays=frozenset(plan.weekdays),
        earliest=plan.earliest,
        latest=plan.latest,
        per_week=plan.per_week,
        first_day=plan.first_day,
        last_day=plan.last_day,
        most_sessions=plan.most_sessions,
    )


def picked_from(rows: Sequence[PlannedSession], loaded: LoadedPlan) -> list[PickedSession]:
    """Returns the stored sessions as the proposer reads them, without those of which the session type cannot be booked."""
    picked = []
    for row in rows:
        offer = loaded.offer_for(row.session_type_id)
        if offer is None:
            continue
        sized = replace(offer, wanted=replace(offer.wanted, minutes=row.minutes))
        start = int(row.starts_at.timestamp())
        picked.append(PickedSession(start, start + row.minutes * 60, sized, row.skill_id, row.pk))
    return picked


def budget_of(plan: SessionPlan) -> Money | None:
    return Money(plan.budget, plan.currency) if plan.budget is not None else None


def bookable_types(keys: Collection[UUID]) -> list[SessionType]:
    """Returns those of the session types that can be booked here. Five queries."""
    rows = SessionType.objects.bookable().filter(pk__in=keys, books_on_calendly=False)
    return list(rows.complete().select_related("service", "builder__builder_profile"))


def length_of(session_type: SessionType, offered: Sequence[int], wanted: int | None) -> int | None:
    """Returns the wanted length if it is offered, else the usual one, else the shortest; None if none has a price."""
    if not offered:
        return None
    usual = session_type.default_minutes
    return wanted if wanted in offered else usual if usual in offered else offered[0]


def gaps_of(progress: PathwayProgress) -> list[Skill]:
    """Returns the skills that are not completed, each after those that have to be completed before it."""
    left = [
        standing for standing in progress.standings if standing.state != SkillState.COMPLETED and not standing.is_asked
    ]
    left.sort(key=lambda standing: standing.state != SkillState.IN_PROGRESS)
    ordered: list[Skill] = []
    waiting = {standing.skill.pk for standing in left}
    while left:
        ready = next((row for row in left if not any(need.pk in waiting for need in row.missing)), left[0])
        ordered.append(ready.skill)
        waiting.discard(ready.skill.pk)
        left.remove(ready)
    return ordered


def _taught_by(builders: Collection[UUID], gaps: Sequence[Skill]) -> dict[UUID, frozenset[UUID]]:
    """Returns which of the gaps each builder teaches. One query."""
    if not builders or not gaps:
        return {}
    rows = BuilderSkill.objects.filter(builder__in=builders, skill__in=[skill.pk for skill in gaps])
    taught: dict[UUID, set[UUID]] = {}
    for builder, skill in rows.values_list("builder", "skill"):
        taught.setdefault(builder, set()).add(skill)
    return {builder: frozenset(skills) for builder, skills in taught.items()}


def own_appointments(client: User, window: Stretch, plan: UUID) -> list[Stretch]:
    """Returns when the client has other sessions, as client or as builder. One query."""
    rows = Booking.objects.filter(Q(client=client) | Q(builder=client), state__in=LIVE)
    rows = rows.filter(ends_at__gt=loading.moment(window[0]), starts_at__lt=loading.moment(window[1]))
    rows = rows.exclude(planned_session__plan=plan).order_by("starts_at")
    return [(int(start.timestamp()), int(end.timestamp())) for start, end in rows.values_list("starts_at", "ends_at")]


def credits_of(client: User, builders: Collection[UUID]) -> list[CreditsLeft]:
    """Returns the client's credits with these builders, those that expire first at the top. Two queries."""
    grants = CreditGrant.objects.filter(holder=client, builder__in=builders, is_waiting=False).order_by(
        "expires_at", "id"
    )
    return [
        CreditsLeft(
            builder=row.grant.builder_id,
            usable_for=frozenset(row.grant.usable_for),
            minutes=row.grant.minutes,
            left=row.left,
            expires_at=int(row.grant.expires_at.timestamp()) if row.grant.expires_at else None,
        )
        for row in held(grants)
    ]


def packages_on_sale(client: User, builders: Collection[UUID], now: datetime) -> list[PackageOnSale]:
    """Returns the packages of these builders that the client can buy now. One query; none without online payments."""
    if not builders or not is_configured() or not flags.is_on_for(client, PAYMENTS):
        return []
    return [
        PackageOnSale(
            package=row.pk,
            title=row.title,
            builder=row.builder_id,
            usable_for=frozenset(row.session_types),
            minutes=row.minutes,
            sessions=row.sessions,
            price=row.money,
            expires_at=int((now + row.validity).timestamp()),
        )
        for row in Package.objects.on_sale().filter(builder__in=builders)
    ]


def suggested_types(client: User, pathway: Pathway | None) -> list[SessionType]:
    """Returns a session type of each builder to plan with: of the builder who guides the client, then of those who teach
    most of the missing skills. Twelve queries at most."""
    if pathway is None:
        return []
    enrolment = Enrolment.objects.under_way().filter(client=client, pathway=pathway).first()
    gaps = gaps_of(pathway_progress(client, pathway, enrolment))
    teachers = (
        BuilderSkill.objects.filter(skill__in=[skill.pk for skill in gaps])
        .exclude(builder=client)
        .filter(builder__session_types__in=SessionType.objects.bookable().filter(books_on_calendly=False))
        .values("builder")
        .annotate(count=Count("skill", distinct=True))
        .order_by("-count", "builder")[: MOST_SUGGESTED * 2]
    )
    builders = [row["builder"] for row in teachers]
    if enrolment and enrolment.builder_id:
        builders = list(dict.fromkeys([enrolment.builder_id, *builders]))
    types = SessionType.objects.bookable().filter(builder__in=builders, books_on_calendly=False).complete()
    by_builder: dict[UUID, list[SessionType]] = {}
    for row in types:
        by_builder.setdefault(row.builder_id, []).append(row)
    best = [best_type(by_builder[builder], pathway) for builder in builders if builder in by_builder]
    return [row for row in best if row is not None][:MOST_SUGGESTED]


def best_type(session_types: Iterable[SessionType], pathway: Pathway) -> SessionType | None:
    """Returns the session type to plan with: one for this pathway, else a paid one for one person, else None."""
    rows = list(session_types)
    for row in rows:
        offered = {other.pk for other in row.pathways.all()}
        if row.category == SessionType.Category.PATHWAY and (not offered or pathway.pk in offered):
            return row
    return next((row for row in rows if row.category == SessionType.Category.SPECIALIZED and row.seats == 1), None)
