"""Rules about the agenda of a session, and how its text is shown."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal

from bookings.models import Booking
from bookings.states import Side, State

LONGEST, MOST_LINES = 4000, 100
BULLETS = ("- ", "* ", "• ")
SHOWN_IN = frozenset({State.CONFIRMED, State.IN_PROGRESS, State.COMPLETED, State.DISPUTED})


def is_open(booking: Booking, now: datetime) -> bool:
    """Whether the session can still be prepared: it is confirmed and has not started."""
    return booking.state == State.CONFIRMED and booking.starts_at > now


def may_edit(booking: Booking, side: Side, now: datetime) -> bool:
    """Whether this side can change the agenda. Support only reads it."""
    return side in (Side.CLIENT, Side.BUILDER) and is_open(booking, now)


def why_too_long(text: str) -> str | None:
    """Returns why the text is too long for an agenda; None if it is not."""
    if len(text) > LONGEST:
        return f"An agenda can have at most {LONGEST} characters. This one has {len(text)}."
    if (lines := text.count("\n") + 1) > MOST_LINES:
        return f"An agenda can have at most {MOST_LINES} lines. This one has {lines}."
    return None


@dataclass
class AgendaBlock:
    """Lines of an agenda that belong together: bullet points, or a paragraph."""

    kind: Literal["list", "text"]
    lines: list[str] = field(default_factory=list)


def blocks_of(text: str) -> list[AgendaBlock]:
    """Splits an agenda into paragraphs and lists: lines that begin with a hyphen, a star or a bullet are points."""
    blocks: list[AgendaBlock] = []
    follows_gap = True
    for line in text.splitlines():
        stripped = line.strip()
        if not stripped:
            follows_gap = True
            continue
        is_point = stripped.startswith(BULLETS)
        kind: Literal["list", "text"] = "list" if is_point else "text"
        if not blocks or blocks[-1].kind != kind or (kind == "text" and follows_gap):
            blocks.append(AgendaBlock(kind))
        blocks[-1].lines.append(stripped[2:].strip() if is_point else stripped)
        follows_gap = False
    return blocks
