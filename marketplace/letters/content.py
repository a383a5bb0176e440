"""What the weekly letter says to one person, and whether there is anything to say."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal

from django.conf import settings
from django.db.models import Avg, Count, Q
from django.urls import reverse

from accounts.models import User
from accounts.roles import Role
from bookings.models import Booking, Review
from bookings.states import Side, State
from bookings.times import When
from core.mail import Email
from core.money import Money, rounded
from core.templatetags.waymark import money
from marketplace.next_step import NextStep, SlotProposal, next_step
from marketplace.saved_searches.stopping import LETTER, StoppedMail, address_of_stop
from pathways.models import ProgressEvent

AHEAD = timedelta(days=14)
WEEK = timedelta(days=7)
ACTIVE = timedelta(days=28)  # after the last step or session, a suggestion alone is a reason to write
MOST_SKILLS = 5


@dataclass(frozen=True)
class BuildersWeek:
    """What happened to a builder since the last letter, and what the next seven days have."""

    sessions: int
    income: list[Money]
    reviews: int
    stars: float | None
    ahead: int

    def __bool__(self) -> bool:
        return bool(self.sessions or self.reviews or self.ahead)


@dataclass(frozen=True)
class Letter:
    """Everything that the letter of one week can say."""

    person: User
    skills: list[str]  # completed since the last letter
    session: Booking | None  # the next one as a client
    step: NextStep | None
    week: BuildersWeek | None  # of a builder
    is_active: bool

    @property
    def proposal(self) -> SlotProposal | None:
        return self.step.proposals[0] if self.step and self.step.proposals else None

    @property
    def has_something(self) -> bool:
        return bool(self.skills or self.session or self.week or (self.proposal and self.is_active))


def letter_for(person: User, since: datetime, now: datetime) -> Letter:
    """Returns the letter to a person about what happened since then. At most 22 queries."""
    steps = ProgressEvent.objects.filter(progress__client=person, verb=ProgressEvent.Verb.COMPLETE)
    completed = steps.filter(at__gt=since, undone_by=None).order_by("at").select_related("progress__skill")
    ahead = Booking.objects.filter(client=person, state__in=[State.CONFIRMED, State.IN_PROGRESS])
    recent = Booking.objects.filter(client=person, state=State.COMPLETED, completed_at__gt=now - ACTIVE)
    return Letter(
        person=person,
        skills=list(dict.fromkeys(str(event.progress.skill) for event in completed)),
        session=ahead.filter(ends_at__gt=now, starts_at__lt=now + AHEAD).listed().order_by("starts_at", "id").first(),
        step=next_step(person, now),
        week=_builders_week(person, since, now) if Role.BUILDER in person.roles else None,
        is_active=recent.exists() or steps.filter(at__gt=now - ACTIVE).exists(),
    )


def _builders_week(person: User, since: datetime, now: datetime) -> BuildersWeek:
    """Returns a builder's week. Three queries."""
    own = Booking.objects.filter(builder=person)
    amounts: dict[str, Decimal] = defaultdict(Decimal)
    done = list(own.filter(state=State.COMPLETED, completed_at__gt=since).values_list("total", "currency"))
    for total, currency in done:
        amounts[currency] += total
    reviews = Review.objects.filter(booking__builder=person, side=Side.CLIENT, published_at__gt=since, hidden_at=None)
    stars = reviews.aggregate(count=Count("pk"), average=Avg("rating"))
    return BuildersWeek(
        sessions=len(done),
        income=[Money(rounded(total, code), code) for code, total in sorted(amounts.items()) if total],
        reviews=stars["count"],
        stars=stars["average"],
        ahead=own.filter(Q(state=State.CONFIRMED), starts_at__gt=now, starts_at__lt=now + WEEK).count(),
    )


def email_of(letter: Letter) -> Email:
    """Returns the letter as an email, which its preview shows too."""
    person, proposal = letter.person, letter.proposal
    button = ("See my progress", f"{settings.SITE_URL}{reverse('pathways:mine')}")
    if proposal is not None:
        button = (f"Book {proposal.listing.name}", f"{settings.SITE_URL}{proposal.address}")
    elif letter.week:
        button = ("See my dashboard", f"{settings.SITE_URL}{reverse('marketplace:dashboard')}")
    return Email(
        subject=subject_of(letter),
        greeting=f"Hello {person.display_name},",
        paragraphs=[opening_of(letter)],
        facts=[*_client_facts(letter), *_builder_facts(letter)],
        button=button,
        small_print="You get this letter once a week, when there is something to say.",
        stop=("Stop the weekly letter", address_of_stop(StoppedMail(LETTER, person.pk))),
    )


def subject_of(letter: Letter) -> str:
    """Returns `Your week: 2 skills completed, next session Tue 1 Dec, 18:30`."""
    parts = []
    if letter.skills:
        parts.append(f"{_count(len(letter.skills), 'skill')} completed")
    if letter.week and letter.week.sessions:
        parts.append(f"{_count(letter.week.sessions, 'session')} held")
    if letter.session:
        parts.append(f"next session {_when(letter.session, letter.person).short}")
    if not parts and letter.step:
        parts.append(f"next, {letter.step.skill}")
    return f"Your week: {', '.join(parts) or 'what is ahead'}"


def opening_of(letter: Letter) -> str:
    if letter.skills:
        return f"You have completed {_listed(letter.skills)} since the last letter. Well done."
    if letter.week and letter.week.sessions:
        return f"You have held {_count(letter.week.sessions, 'session')} since the last letter."
    if letter.session or (letter.week and letter.week.ahead):
        return "This is what is ahead of you."
    return "Here is a time for your next step."


def _client_facts(letter: Letter) -> list[tuple[str, str]]:
    facts, person = [], letter.person
    if letter.session:
        when = _when(letter.session, person)
        facts.append(
            (
                "Next session",
                f"{letter.session.title} with {letter.session.builder.display_name}\n{when.day}, {when.hours}",
            )
        )
    if letter.step:
        facts.append(("Next skill", f"{letter.step.skill} ({letter.step.pathway})"))
    if letter.proposal:
        facts.append(("A time for it", proposal_text(letter.proposal, person)))
    return facts


def proposal_text(proposal: SlotProposal, person: User) -> str:
    """Describes a proposed time with its builder and price, in the reader's hour format."""
    when = When(proposal.when.starts_at, proposal.when.ends_at, person.timezone, person.hour_format)
    price = proposal.price
    if price.discount and not price.discount.percent:
        cost = "paid with a credit"
    else:
        cost = money(price.total) if price.total.amount else "free"
    reason = (
        f" ({price.discount.percent} % less, {price.discount.reason})"
        if price.discount and price.discount.percent
        else ""
    )
    known = ", whom you know" if proposal.is_known else ""
    return f"{proposal.listing.name}{known}\n{when.day}, {when.hours}\n{proposal.session_type.title}, {cost}{reason}"


def _builder_facts(letter: Letter) -> list[tuple[str, str]]:
    week = letter.week
    if not week:
        return []
    facts = [("Sessions held", str(week.sessions))] if week.sessions else []
    if week.income:
        facts.append(("Worth", " and ".join(money(amount) for amount in week.income)))
    if week.reviews and week.stars is not None:
        facts.append(("New reviews", f"{week.reviews}, {week.stars:.1f} stars on average"))
    facts.append(("Next seven days", _count(week.ahead, "session")))
    return facts


def _when(booking: Booking, person: User) -> When:
    return When(booking.starts_at, booking.ends_at, person.timezone, person.hour_format)


def _count(number: int, noun: str) -> str:
    return f"{number} {noun}{'' if number == 1 else 's'}"


def _listed(names: list[str]) -> str:
    shown = [f"“{name}”" for name in names[:MOST_SKILLS]]
    if len(names) > MOST_SKILLS:
        shown.append(f"{len(names) - MOST_SKILLS} more")
    return shown[0] if len(shown) == 1 else f"{', '.join(shown[:-1])} and {shown[-1]}"
