"""The messages of a page: which of a conversation it shows, and how they are grouped by day, sender and time."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.utils import timezone

from accounts.models import User
from messaging.models import Message
from messaging.queries import LARGEST_WINDOW, WINDOW, Pair, cards_for, messages_of
from messaging.subjects import Card
from messaging.texts import has_contact_details

TOGETHER = timedelta(minutes=5)  # messages of one sender within this time are one group


@dataclass(frozen=True)
class MessageWindow:
    """The numbers of the messages that a page shows."""

    first: int
    last: int
    newest: int

    @property
    def has_older(self) -> bool:
        return self.first > 1

    @property
    def has_newer(self) -> bool:
        return self.last < self.newest


def window_of(asked: Mapping[str, str], newest: int) -> MessageWindow:
    """Returns what the query string asks for: around `at`, before `before`, from `first` on, or else the newest."""
    if at := number_in(asked.get("at")):
        first = max(1, min(at, newest) - WINDOW // 2)
        return MessageWindow(first, min(newest, first + WINDOW - 1), newest)
    if before := number_in(asked.get("before")):
        last = min(before - 1, newest)
        return MessageWindow(max(1, last - WINDOW + 1), last, newest)
    first = number_in(asked.get("first")) or newest
    return MessageWindow(max(1, newest - LARGEST_WINDOW + 1, min(first, newest - WINDOW + 1)), newest, newest)


def number_in(text: str | None) -> int:
    """Returns the number of a message that a request contains; 0 for none, and for what cannot be one."""
    return int(text) if text and text.isascii() and text.isdigit() and len(text) < 10 else 0


@dataclass(frozen=True)
class Line:
    """A message as one reader sees it, and what is shown around it."""

    message: Message
    is_mine: bool
    day: date | None  # the day that begins with it
    is_first_new: bool
    begins_group: bool
    ends_group: bool
    card: Card | None
    is_current: bool  # whether it is the newest mark of its subject, which has the buttons
    is_editable: bool
    seen_at: datetime | None  # only of one's own last message, once the other has read it
    warns: bool


def lines_of(
    pair: Pair, window: MessageWindow, *, reader: User | None, path: str, now: datetime, new_after: int | None = None
) -> list[Line]:
    """Returns the lines of the window, oldest first. Two queries, and those of the cards."""
    messages = messages_of(pair, first=window.first, last=window.last)
    cards = cards_for(messages, reader=reader, path=path, now=now)
    newest_marks = {message.subject_id: message.number for message in messages if message.is_mark}
    days = [timezone.localtime(message.created_at).date() for message in messages]
    read_number = pair.me.read_number if new_after is None else new_after
    first_new = _first_new(pair, messages, read_number)
    last_mine = max((message.number for message in messages if message.sender_id == pair.me.pk), default=0)
    lines = []
    for place, message in enumerate(messages):
        before = messages[place - 1] if place else None
        after = messages[place + 1] if place + 1 < len(messages) else None
        is_mine = message.sender_id == pair.me.pk
        lines.append(
            Line(
                message=message,
                is_mine=is_mine,
                day=days[place] if not place or days[place - 1] != days[place] else None,
                is_first_new=message.number == first_new,
                begins_group=message.number == first_new or not _is_one_group(before, message),
                ends_group=not _is_one_group(message, after),
                card=cards.get(message.subject_id) if message.subject_id else None,
                is_current=newest_marks.get(message.subject_id) == message.number,
                is_editable=is_mine and message.is_editable(now),
                seen_at=_seen_at(pair, message) if message.number == last_mine else None,
                warns=not is_mine and pair.me.conversation.booked_at is None and has_contact_details(message.text),
            )
        )
    return lines


def _is_one_group(first: Message | None, second: Message | None) -> bool:
    if first is None or second is None or first.is_mark or second.is_mark or first.sender_id != second.sender_id:
        return False
    days = {timezone.localtime(message.created_at).date() for message in (first, second)}
    return len(days) == 1 and second.created_at - first.created_at < TOGETHER


def _first_new(pair: Pair, messages: Sequence[Message], read_number: int) -> int | None:
    """Returns the number of the first message of the other that is new to the reader; None if the line above it would
    stand at the beginning of everything."""
    new = (
        message.number for message in messages if message.number > read_number and message.sender_id == pair.other.pk
    )
    number = next(new, None)
    return number if number is not None and number > 1 else None


def _seen_at(pair: Pair, message: Message) -> datetime | None:
    is_seen = pair.shows_seen and pair.other.read_number >= message.number
    return pair.other.read_at if is_seen else None


def subject_of(lines: Sequence[Line]) -> Card | None:
    """Returns the newest subject of the conversation that is shown."""
    return next((line.card for line in reversed(lines) if line.card is not None), None)
