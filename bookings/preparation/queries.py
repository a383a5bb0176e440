"""What the page of a booking shows of the preparation of its session."""

from __future__ import annotations

from dataclasses import dataclass

from django.urls import reverse

from bookings.agreement.queries import answers_and_notes
from bookings.clients.queries import notes_on
from bookings.conversations.delivery import client_side, is_with_oneself
from bookings.meetings.places import AT_CLIENT
from bookings.meetings.rules import is_link_missing
from bookings.models import Booking, Preparation
from messaging.models import Attachment
from messaging.opening import Correspondent, pair_of
from pathways.models import Enrolment
from pathways.progress.queries import PathwayProgress, pathways_progress
from pathways.states import SkillState

MOST_SKILLS = 3
OPEN_SKILLS = (SkillState.IN_PROGRESS, SkillState.AVAILABLE)


@dataclass(frozen=True)
class ChecklistItem:
    """A point of a builder's checklist. One without a `name` is done by itself, and is not ticked by hand."""

    label: str
    detail: str
    is_done: bool
    name: str = ""
    url: str = ""
    action: str = ""


def preparation_of(booking: Booking) -> Preparation:
    """Returns the preparation of the session, an empty one that is not saved if nothing was written yet. One query."""
    return Preparation.objects.filter(booking=booking).first() or Preparation(booking=booking)


def checklist_of(booking: Booking, preparation: Preparation) -> list[ChecklistItem]:
    """Returns what there is to prepare for the builder; what does not concern the booking is left out. Nine queries at
    most."""
    items = [_answers(booking), *_about_client(booking), _files(booking), _place(booking)]
    ticked = set(preparation.checked)
    return [
        ChecklistItem(item.label, item.detail, item.name in ticked, item.name, item.url, item.action)
        if item.name
        else item
        for item in items
        if item is not None
    ]


def _answers(booking: Booking) -> ChecklistItem | None:
    count = len(answers_and_notes(booking))
    if not count:
        return None
    detail = "1 answer, above" if count == 1 else f"{count} answers, above"
    return ChecklistItem(
        f"Read what {booking.client_name} wrote", detail, is_done=False, name=Preparation.Check.ANSWERS
    )


def _about_client(booking: Booking) -> list[ChecklistItem | None]:
    """Returns the points that need a client with an account: notes and skills."""
    if booking.client is None or is_with_oneself(booking):
        return []
    url = reverse("bookings:client", args=[booking.client.pk])
    count = notes_on(booking.builder, booking.client).count()
    detail = "No notes yet" if not count else "1 note" if count == 1 else f"{count} notes"
    label = f"Read your notes on {booking.client_name}"
    notes = ChecklistItem(label, detail, is_done=False, name=Preparation.Check.NOTES, url=url, action="Open notes")
    return [notes, _skills(booking, url)]


def _skills(booking: Booking, url: str) -> ChecklistItem | None:
    led = Enrolment.objects.complete().under_way().filter(client=booking.client, builder=booking.builder)
    enrolments = list(led)
    if not enrolments or booking.client is None:
        return None
    names = [name for progress in pathways_progress(booking.client, enrolments) for name in _next_skills(progress)]
    detail = f"Next: {', '.join(names[:MOST_SKILLS])}" if names else "All skills are completed"
    label = "Choose the skills to work on"
    return ChecklistItem(label, detail, is_done=False, name=Preparation.Check.SKILLS, url=url, action="Open skills")


def _next_skills(progress: PathwayProgress) -> list[str]:
    """Returns the names of the skills that are open on a pathway, the next step first."""
    names = [standing.skill.name for standing in progress.standings if standing.state in OPEN_SKILLS]
    first = [progress.next.skill.name] if progress.next else []
    return list(dict.fromkeys(first + names))


def _files(booking: Booking) -> ChecklistItem | None:
    """Returns the point about files that the two have sent each other in messages; None without any. One query."""
    if is_with_oneself(booking):
        return None
    pair = pair_of(client_side(booking), Correspondent(booking.builder))
    count = Attachment.objects.filter(message__conversation__pair=pair, message__deleted_at=None).count()
    if not count:
        return None
    detail = "1 file in your messages" if count == 1 else f"{count} files in your messages"
    url = reverse("bookings:messages", args=[booking.reference])
    label, check = "Look at the files", Preparation.Check.FILES
    return ChecklistItem(label, detail, is_done=False, name=check, url=url, action="Open messages")


def _place(booking: Booking) -> ChecklistItem:
    """Returns whether it is known where the session takes place."""
    if not booking.is_remote:
        label = "Know the way" if booking.in_person_at == AT_CLIENT else "Your client knows the address"
        return ChecklistItem(label, booking.location or "No address", is_done=bool(booking.location))
    if not is_link_missing(booking):
        return ChecklistItem("The link is set", "Your client sees it on the booking", is_done=True)
    url = reverse("bookings:link", args=[booking.reference])
    return ChecklistItem("Set the link", "Your client has none yet", is_done=False, url=url, action="Set the link")
