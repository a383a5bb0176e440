"""Factories for the models of bookings."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

from factory.declarations import LazyAttribute, LazyFunction, SelfAttribute, Sequence, SubFactory
from factory.django import DjangoModelFactory

from bookings.models import (
    Answer,
    Booking,
    BookingAttempt,
    BookingEvent,
    CalendlyEvent,
    CalendlyInvitee,
    ClientNote,
    Deliverable,
    Draft,
    FunnelCount,
    Guest,
    GuestMerge,
    Meeting,
    PlannedSession,
    Preparation,
    Project,
    Proposal,
    Review,
    Series,
    SessionPlan,
    SkillReport,
    SlotOffer,
    StarCount,
    Statement,
    WaitingListEntry,
)
from bookings.states import Side, State, Verb
from coaching.models import SessionType
from core import clock
from core.ids import uuid7
from tests.factories.accounts import BuilderFactory, UserFactory
from tests.factories.coaching import QuestionFactory, SessionTypeFactory
from tests.factories.pathways import SkillFactory
from tests.factories.scheduling import SeatFactory

REFERENCE_LETTERS = "23456789ABCDEFGHJKMNPQRSTVWXYZ"


def reference(number: int) -> str:
    """Returns a reference such as WM-22223A, a different one for each number."""
    letters = ""
    for _ in range(6):
        number, position = divmod(number, len(REFERENCE_LETTERS))
        letters = REFERENCE_LETTERS[position] + letters
    return f"WM-{letters}"


class GuestFactory(DjangoModelFactory[Guest]):
    class Meta:
        model = Guest

    name = "Gwen Guest"
    email = Sequence(lambda number: f"guest-{number}@guests.test")


class ProjectFactory(DjangoModelFactory[Project]):
    class Meta:
        model = Project

    client = SubFactory(UserFactory)
    title = "App"


class SeriesFactory(DjangoModelFactory[Series]):
    class Meta:
        model = Series

    client = SubFactory(UserFactory)
    session_type = SubFactory(SessionTypeFactory)
    count = 4


class SessionPlanFactory(DjangoModelFactory[SessionPlan]):
    """Makes a plan of an evening a week that has no sessions yet."""

    class Meta:
        model = SessionPlan

    client = SubFactory(UserFactory)
    timezone = "Europe/London"
    weekdays = LazyFunction(lambda: [1])
    earliest, latest = 17 * 60, 21 * 60
    per_week = 1
    first_day, last_day = date(2030, 1, 7), date(2030, 3, 3)
    session_types = LazyFunction(lambda: [SessionTypeFactory.create().pk])


class PlannedSessionFactory(DjangoModelFactory[PlannedSession]):
    class Meta:
        model = PlannedSession

    plan = SubFactory(SessionPlanFactory)
    number = 1
    session_type = LazyAttribute(lambda session: SessionType.objects.get(pk=session.plan.session_types[0]))
    starts_at = datetime(2030, 1, 8, 18, tzinfo=UTC)
    minutes = 60


class BookingFactory(DjangoModelFactory[Booking]):
    """Makes a confirmed booking of an hour, with its reservation and seat."""

    class Meta:
        model = Booking

    reference = Sequence(reference)
    calendar_uid = LazyAttribute(lambda booking: f"{booking.reference}@tests")
    client = SubFactory(UserFactory)
    session_type = SubFactory(SessionTypeFactory)
    builder = SelfAttribute("session_type.builder")
    title = SelfAttribute("session_type.title")
    seat = SubFactory(SeatFactory, reservation__session_type=SelfAttribute("...session_type"))
    starts_at = LazyAttribute(lambda booking: booking.seat.reservation.during[0])
    ends_at = LazyAttribute(lambda booking: booking.seat.reservation.during[1])
    state = State.CONFIRMED
    confirmed_at = LazyFunction(clock.now)
    rate = Decimal(90)
    rate_type = SessionType.RateType.FIXED
    total = Decimal(90)
    currency = "USD"
    timezone = "Europe/London"


class AnswerFactory(DjangoModelFactory[Answer]):
    class Meta:
        model = Answer

    booking = SubFactory(BookingFactory)
    question = SubFactory(QuestionFactory, session_type=SelfAttribute("..booking.session_type"))
    label = SelfAttribute("question.label")
    kind = SelfAttribute("question.kind")
    value = "An app."


class BookingEventFactory(DjangoModelFactory[BookingEvent]):
    class Meta:
        model = BookingEvent

    booking = SubFactory(BookingFactory)
    at = LazyFunction(clock.now)
    verb = Verb.CONFIRM
    before = State.PENDING
    after = State.CONFIRMED
    side = Side.BUILDER
    starts_at = SelfAttribute("booking.starts_at")
    ends_at = SelfAttribute("booking.ends_at")
    sequence = 0


class ProposalFactory(DjangoModelFactory[Proposal]):
    """Makes a time an hour after that of a confirmed booking, which its client can accept."""

    class Meta:
        model = Proposal

    booking = SubFactory(BookingFactory)
    event = SubFactory(BookingEventFactory, booking=SelfAttribute("..booking"), verb=Verb.PROPOSE, side=Side.BUILDER)
    starts_at = LazyAttribute(lambda proposal: proposal.booking.starts_at + timedelta(hours=1))
    ends_at = LazyAttribute(lambda proposal: proposal.booking.ends_at + timedelta(hours=1))
    sequence = SelfAttribute("booking.sequence")
    booking_state = SelfAttribute("booking.state")


class DraftFactory(DjangoModelFactory[Draft]):
    class Meta:
        model = Draft

    holder = Sequence(lambda number: f"visitor:{number}")
    session_type = SubFactory(SessionTypeFactory)


class PreparationFactory(DjangoModelFactory[Preparation]):
    class Meta:
        model = Preparation

    booking = SubFactory(BookingFactory)


class ClientNoteFactory(DjangoModelFactory[ClientNote]):
    class Meta:
        model = ClientNote

    builder = SubFactory(BuilderFactory)
    client = SubFactory(UserFactory)
    text = "Comes prepared."


class SkillReportFactory(DjangoModelFactory[SkillReport]):
    class Meta:
        model = SkillReport

    booking = SubFactory("tests.factories.bookings.BookingFactory")
    skill = SubFactory(SkillFactory)
    side = Side.CLIENT
    person = SubFactory(UserFactory)
    status = SkillReport.Status.IN_PROGRESS


class DeliverableFactory(DjangoModelFactory[Deliverable]):
    """Makes a link."""

    class Meta:
        model = Deliverable

    booking = SubFactory(BookingFactory)
    added_by = SelfAttribute("booking.builder")
    title = "Mix"
    kind = Deliverable.Kind.LINK
    url = "https://example.com/mix"


class StatementFactory(DjangoModelFactory[Statement]):
    class Meta:
        model = Statement

    booking = SubFactory(BookingFactory)
    side = Side.CLIENT
    author = SelfAttribute("booking.client")
    text = "Nobody came."


class BookingAttemptFactory(DjangoModelFactory[BookingAttempt]):
    class Meta:
        model = BookingAttempt

    day = date(2026, 1, 5)
    visitor = Sequence(lambda number: f"{number:040d}")
    session_type = SubFactory(SessionTypeFactory)
    builder = SelfAttribute("session_type.builder")
    channel = "web"
    minutes = 60
    started_at = datetime(2026, 1, 5, 10, tzinfo=UTC)


class FunnelCountFactory(DjangoModelFactory[FunnelCount]):
    class Meta:
        model = FunnelCount

    day = date(2026, 1, 5)
    builder = SubFactory(BuilderFactory)
    channel = "web"
    step = FunnelCount.Step.STARTED
    count = 1


class ReviewFactory(DjangoModelFactory[Review]):
    """Makes the client's review of a completed booking, which is not published yet."""

    class Meta:
        model = Review

    booking = SubFactory(BookingFactory, state=State.COMPLETED, completed_at=LazyFunction(clock.now))
    side = Side.CLIENT
    author = LazyAttribute(lambda review: getattr(review.booking, str(review.side)))
    rating = 5


class StarCountFactory(DjangoModelFactory[StarCount]):
    class Meta:
        model = StarCount

    builder = SubFactory(BuilderFactory)
    counts = LazyFunction(lambda: [0, 0, 0, 0, 0])


class WaitingListEntryFactory(DjangoModelFactory[WaitingListEntry]):
    class Meta:
        model = WaitingListEntry

    client = SubFactory(UserFactory)
    session_type = SubFactory(SessionTypeFactory)
    minutes = SelfAttribute("session_type.default_minutes")
    first_day = date(2030, 1, 7)
    last_day = SelfAttribute("first_day")
    timezone = "Europe/London"


class SlotOfferFactory(DjangoModelFactory[SlotOffer]):
    class Meta:
        model = SlotOffer

    place = SubFactory(WaitingListEntryFactory)
    seat = SubFactory(SeatFactory, reservation__session_type=SelfAttribute("...place.session_type"))
    starts_at = LazyAttribute(lambda offer: offer.seat.reservation.during[0])
    expires_at = LazyFunction(lambda: clock.now() + timedelta(hours=12))


class MeetingFactory(DjangoModelFactory[Meeting]):
    """Makes a meeting that Zoom has not been asked for."""

    class Meta:
        model = Meeting

    builder = SubFactory(BuilderFactory)
    host = "me"
    topic = "Session with Ada Moreno"
    starts_at = LazyFunction(clock.now)
    minutes = 60


class CalendlyInviteeFactory(DjangoModelFactory[CalendlyInvitee]):
    """Makes the invitee of a booking."""

    class Meta:
        model = CalendlyInvitee

    booking = SubFactory(BookingFactory)
    builder = SelfAttribute("booking.builder")
    event_uri = Sequence(lambda number: f"https://api.calendly.com/scheduled_events/{number}")
    uri = LazyAttribute(lambda row: f"{row.event_uri}/invitees/1")


class CalendlyEventFactory(DjangoModelFactory[CalendlyEvent]):
    """Makes the mark of an event that has not changed since."""

    class Meta:
        model = CalendlyEvent

    builder = SubFactory(BuilderFactory)
    uri = Sequence(lambda number: f"https://api.calendly.com/scheduled_events/{number}")
    mark = "1"
    starts_at = LazyFunction(clock.now)


class GuestMergeFactory(DjangoModelFactory[GuestMerge]):
    class Meta:
        model = GuestMerge

    person = SubFactory("tests.factories.accounts.UserFactory")
    merged_by = SubFactory("tests.factories.accounts.UserFactory")
    reason = "They wrote from both addresses."
    bookings = LazyFunction(lambda: {str(uuid7()): None})
