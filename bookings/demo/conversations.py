"""Demo conversations of Ada with clients and a guest, and the question of somebody who has not booked yet."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import count
from uuid import UUID

from django.core.files.base import ContentFile
from django.db.models import QuerySet

from accounts.models import User
from bookings.conversations import marks
from bookings.conversations.delivery import client_side
from bookings.conversations.marks import KIND
from bookings.models import Booking
from core.ids import uuid7
from core.models import OutboxMessage
from core.registry import DemoPlan
from messaging import opening
from messaging.models import Attachment, Conversation, Message, MessagePreferences, Participant, SavedReply
from messaging.opening import Correspondent

CLIENT, BUILDER = "client", "builder"
PLAN = b"Release plan\n\n1. Sign in works\n2. One list, one detail page\n3. Ten testers\n4. Store listing\n"


@dataclass(frozen=True)
class DemoLine:
    """A message of the demo: when, by whom, what; or a mark, which nobody has written."""

    minutes_ago: int
    by: str
    text: str
    file: tuple[str, bytes] | None = None


CLEO = [
    DemoLine(11_520, "", "Session requested"),
    DemoLine(11_500, CLIENT, "Hi Ada! I have a half-finished habit tracker and I keep adding things to it."),
    DemoLine(11_499, CLIENT, "Could we use the session to decide what to leave out?"),
    DemoLine(11_400, BUILDER, "Yes, that is my favourite kind of session."),
    DemoLine(
        11_398, BUILDER, "Before we meet: write down every screen you have, and mark the three that a tester needs."
    ),
    DemoLine(11_397, "", "Session confirmed"),
    DemoLine(8_700, CLIENT, "Done. There were 14 screens. I marked four, I could not let go of the charts 😅"),
    DemoLine(8_640, BUILDER, "Four is fine. The charts can be the first update."),
    DemoLine(2_950, BUILDER, "Good work today. Here is the plan as we wrote it down.", ("release-plan.md", PLAN)),
    DemoLine(2_940, CLIENT, "Thank you! I will start with the sign-in."),
    DemoLine(
        190, CLIENT, "Sign-in works 🎉 I used what you showed me: https://docs.djangoproject.com/en/5.2/topics/auth/"
    ),
    DemoLine(185, CLIENT, "One question: do I need a password reset before the first testers?"),
    DemoLine(42, BUILDER, "Very nice!"),
    DemoLine(
        41, BUILDER, "Yes, but the built-in one is enough. It is four templates. We can look at it on our next call."
    ),
]
OTHERS: Sequence[list[DemoLine]] = (
    [
        DemoLine(1_500, "", "Session requested"),
        DemoLine(1_495, CLIENT, "Hello! Is it all right if my co-founder joins us?"),
        DemoLine(1_430, BUILDER, "Of course. Send them the same link."),
    ],
    [
        DemoLine(4_400, "", "Session requested"),
        DemoLine(4_390, BUILDER, "Hi, what would you like to have at the end of the hour?"),
        DemoLine(4_100, CLIENT, "A list of what is missing before I can charge money for it."),
        DemoLine(95, CLIENT, "I have put the code on a private branch. Shall I invite you?"),
    ],
)
QUESTION = [DemoLine(320, CLIENT, "Hi Ada, do you also look at apps that are not written in Python?")]
GUEST = [
    DemoLine(260, "", "Session booked"),
    DemoLine(250, CLIENT, "Hi, I have never done this before. Is there anything I should prepare?"),
    DemoLine(120, BUILDER, "Nothing at all. Bring the app on your phone, and we start from there."),
]
REPLIES = (
    ("Before the first session", "Hi {name}, I look forward to {time}. What would you like to have when it is over?"),
    ("Link to the booking", "Here is everything about our session: {link}"),
    ("Running late", "Hi {name}, I am five minutes late. Sorry!"),
)


def seed(plan: DemoPlan, ada: User) -> None:
    """Adds the conversations, unless Ada has saved replies already, in place of the marks of all that the demo books."""
    OutboxMessage.objects.filter(channel=marks.CHANNEL, state=OutboxMessage.State.WAITING).delete()
    if ada.saved_replies.exists():
        return
    bookings = Booking.objects.filter(builder=ada).select_related("client", "guest", "builder")
    cleo = User.objects.get(email="client@demo.test")
    _add(plan.now, ada, bookings.filter(client=cleo), CLEO, unread=2)
    clients = User.objects.filter(bookings_as_client__builder=ada).exclude(pk=cleo.pk).distinct().order_by("email")
    for client, lines in zip(clients[: len(OTHERS)], OTHERS, strict=False):
        _add(plan.now, ada, bookings.filter(client=client), lines, unread=0)
    _add(plan.now, ada, bookings.filter(client=None, proof_due_at=None), GUEST, unread=0)
    _add_question(plan, ada)
    SavedReply.objects.bulk_create(SavedReply(owner=ada, title=title, text=text) for title, text in REPLIES)
    MessagePreferences.objects.get_or_create(person=ada, defaults={"sends_on_enter": True})


def _add(now: datetime, ada: User, bookings: QuerySet[Booking], lines: list[DemoLine], *, unread: int) -> None:
    booking = bookings.order_by("-starts_at").first()
    if booking is not None:
        client = opening.open_between(client_side(booking), Correspondent(ada))
        _write(now, client, lines, booking.pk, unread)


def _add_question(plan: DemoPlan, ada: User) -> None:
    """Adds the question of somebody who has no booking with Ada."""
    asker = User.objects.filter(email__startswith="client", is_active=True).exclude(bookings_as_client__builder=ada)
    person = asker.exclude(pk=ada.pk).first()
    if person is not None:
        _write(plan.now, opening.open_between(Correspondent(person), Correspondent(ada)), QUESTION, None, 0)


def _write(now: datetime, client: Participant, lines: list[DemoLine], booking: UUID | None, unread: int) -> None:
    """Saves the lines with their times. Of the last lines, `unread` are new to the client, and the client's to Ada."""
    conversation = client.conversation
    if conversation.last_number:
        return
    builder = Participant.objects.exclude(pk=client.pk).get(conversation=conversation)
    people = {CLIENT: client, BUILDER: builder}
    for number, line in zip(count(1), lines, strict=False):
        message = Message.objects.create(
            conversation=conversation,
            number=number,
            sender=people.get(line.by),
            text=line.text,
            client_key=str(uuid7()),
            subject_kind="" if line.by else KIND,
            subject_id=None if line.by else booking,
            created_at=now - timedelta(minutes=line.minutes_ago),
        )
        if line.file:
            name, content = line.file
            file = ContentFile(content, name=name)
            Attachment.objects.create(message=message, file=file, name=name, size=len(content))
    newest, at = len(lines), now - timedelta(minutes=lines[-1].minutes_ago)
    Conversation.objects.filter(pk=conversation.pk).update(
        last_number=newest, last_message_at=at, booked_at=at if booking else None
    )
    for side, person in people.items():
        sent = [place for place, line in enumerate(lines, 1) if line.by == side]
        is_last_mine = lines[-1].by == side
        read = newest if is_last_mine else newest - unread if side == CLIENT else max(sent, default=0)
        Participant.objects.filter(pk=person.pk).update(read_number=read, read_at=at, sent_count=len(sent))
