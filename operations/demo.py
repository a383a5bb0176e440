"""Demo data of operations: what waits for staff, what they have done, yesterday's errors, and the state of the alarms."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from django.conf import settings

from accounts.acting_as import services as acting_as
from accounts.models import ActingSession, BuilderProfile, User
from bookings.agreement import services as bookings
from bookings.agreement.requests import BookingRequest, Contact, check
from bookings.demo.bookings import demo_clients
from bookings.guests import merging
from bookings.guests.services import prove
from bookings.models import Booking, GuestMerge
from bookings.states import State
from connections.models import Connection
from core.contact import services as contact
from core.contact.models import ContactMessage
from core.registry import DemoPlan
from marketplace import services as marketplace
from marketplace.models import Moderation
from operations.alarms import services as alarm_services
from operations.bookings import services as booking_pages
from operations.models import AlarmState, ErrorCount, StaffNote
from operations.people import services as people_pages
from operations.policies import demo as policies
from scheduling.claims import Visitor
from scheduling.outside.failures import record_failure
from scheduling.queries import free_times

DAY = 86_400
STUDIO = "Studio"
GUEST = Contact("Priya Nair", "priya@guests.demo.test")
MESSAGES = (
    (
        "Lena Fischer",
        "lena@guests.demo.test",
        "I booked twice by mistake. Can you cancel one of the two sessions for me?",
    ),
    (
        "Omar Haddad",
        "omar@guests.demo.test",
        "Do your builders also give lessons in Arabic? I could not find a filter for it.",
    ),
)


def seed(plan: DemoPlan) -> None:
    """Adds what is missing. No backup of the demo is ever made, so the alarm about backups is on."""
    builder = _other_builder()
    if builder is not None and not Moderation.objects.filter(asked_at__isnull=False).exists():
        marketplace.request_verification(profile=builder)
    support, admin = (User.objects.filter(email=f"{name}@demo.test").first() for name in ("support", "admin"))
    if support is not None and admin is not None:
        _add_messages(support)
        _add_help(plan, support, admin)
        _add_notes(support)
    if builder is not None and settings.SANDBOX_URL:
        _break_calendar(builder.user, plan.now)
    _add_errors(plan.now)
    if not AlarmState.objects.exists():
        alarm_services.evaluate(plan.now)
    policies.seed(plan)


def _other_builder() -> BuilderProfile | None:
    """Returns the first builder of the directory whom nobody has verified, and who is not the one of the demo."""
    others = BuilderProfile.objects.filter(is_published=True, moderation__verified_at=None)
    return others.exclude(user__email="builder@demo.test").select_related("user").order_by("slug").first()


def _add_messages(support: User) -> None:
    """Adds a message to support that waits, and one that is answered."""
    if ContactMessage.objects.exists():
        return
    waiting, answered = [contact.send(name=name, email=email, text=text) for name, email, text in MESSAGES]
    contact.answer(message=answered, by=support, text="Yes: choose the language among the filters of the directory.")
    assert waiting.answered_at is None


def _add_help(plan: DemoPlan, support: User, admin: User) -> None:
    """Lets support have acted as a client, and an admin have moved the session of a guest into that client's account."""
    (client,) = demo_clients(plan, 1)
    if not ActingSession.objects.exists():
        reason = "Says that the page of their sessions stays empty."
        session = acting_as.begin(staff=support, person=User.objects.with_roles().get(pk=client.pk), reason=reason)
        acting_as.end(acting=session, because=ActingSession.End.STOPPED, now=plan.now)
    if GuestMerge.objects.exists():
        return
    booking = _book_as_guest(plan)
    if booking is not None:
        prove(booking=booking, now=plan.now)
        merging.merge(person=client, email=GUEST.email, by=admin, reason="Asked for it from both addresses.")


def _book_as_guest(plan: DemoPlan) -> Booking | None:
    """Books the next free session of Ada's that costs nothing, without an account."""
    ada = User.objects.get(email="builder@demo.test")
    session_type = ada.session_types.complete().filter(category="FREE", seats=1).first()
    first = int(plan.now.timestamp()) + 13 * DAY
    span = (first, first + 7 * DAY)
    slots = free_times(session_type, session_type.default_minutes, span, plan.now) if session_type else []
    if session_type is None or not slots:
        return None
    asked = BookingRequest(
        session_type=session_type, start=datetime.fromtimestamp(slots[0].start, tz=UTC),
        minutes=session_type.default_minutes, timezone=ada.timezone,
        answers={question.pk: question.options[0] for question in session_type.questions.all() if question.options},
        guest=GUEST,
    )  # fmt: skip
    return bookings.request(priced=check(asked, Visitor(f"visitor:{GUEST.email}", None, GUEST.email)))


def _add_notes(support: User) -> None:
    """Adds a note about the booking in dispute, and one about its client."""
    disputed = Booking.objects.filter(state=State.DISPUTED, client__isnull=False).order_by("id").first()
    if disputed is None or disputed.client is None or StaffNote.objects.exists():
        return
    booking_pages.write_note(
        booking=disputed, by=support, text="Called both. The builder would give half of the money back."
    )
    people_pages.write_note(person=disputed.client, by=support, text="Prefers to be called in the afternoon.")


def _break_calendar(owner: User, now: datetime) -> None:
    """Connects a calendar that could not be read an hour ago. Its server answers again, so that reading it repairs it. The
    sandbox has another port at each start."""
    address = f"{settings.SANDBOX_URL}/calendars/family.ics"
    calendar = owner.connections.filter(name=STUDIO).first()
    if calendar is not None:
        calendar.address = address
        calendar.save(update_fields=["secret"])
        return
    tried_at = now - timedelta(hours=1)
    calendar = Connection(
        owner=owner, name=STUDIO, service=Connection.Service.ICAL, host="calendar.example", next_read_at=now,
        when_unread=Connection.Unread.REQUEST, patience=240, read_at=tried_at - timedelta(minutes=50),
    )  # fmt: skip
    calendar.address = address
    calendar.save()
    record_failure(calendar, "Its server answers with the status 503.", tried_at, timedelta(days=2))
    Connection.objects.filter(pk=calendar.pk).update(ask_again_at=None)


def _add_errors(now: datetime) -> None:
    """Adds three errors of the same day last week."""
    if ErrorCount.objects.exists():
        return
    minute = now.replace(second=0, microsecond=0)
    ErrorCount.objects.bulk_create(
        [
            ErrorCount(minute=minute - timedelta(days=7, hours=1), area=ErrorCount.Area.PAGES, count=2),
            ErrorCount(minute=minute - timedelta(days=7, hours=2), area=ErrorCount.Area.TASKS, count=1),
        ]
    )
