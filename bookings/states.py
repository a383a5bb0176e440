"""The states of a booking, and the table of allowed changes that services, pages, API and tests use."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from django.db import models


class State(models.TextChoices):
    PENDING = "PENDING", "Waiting for an answer"
    CONFIRMED = "CONFIRMED", "Confirmed"
    IN_PROGRESS = "IN_PROGRESS", "Under way"
    COMPLETED = "COMPLETED", "Completed"
    CANCELLED = "CANCELLED", "Cancelled"
    DISPUTED = "DISPUTED", "In dispute"


class Side(models.TextChoices):
    """The side on whose behalf somebody acts. Guests act as clients, admins as support."""

    CLIENT = "client", "Client"
    BUILDER = "builder", "Builder"
    SUPPORT = "support", "Support"
    SYSTEM = "system", "Waymark"


class Verb(models.TextChoices):
    REQUEST = "request", "Requested"
    CONFIRM = "confirm", "Confirmed"
    DECLINE = "decline", "Declined"
    CANCEL = "cancel", "Cancelled"
    EXPIRE = "expire", "Left unanswered"
    CALL_OFF = "call_off", "Called off"
    PROVE = "prove", "Address confirmed"
    LAPSE = "lapse", "Address not confirmed in time"
    PAY = "pay", "Payment authorised"
    UNPAID = "unpaid", "Not paid in time"
    RESCHEDULE = "reschedule", "Moved"
    START = "start", "Begun"
    COMPLETE = "complete", "Completed"
    DISPUTE = "dispute", "Disputed"
    RESOLVE = "resolve", "Settled"
    JOIN = "join", "Joined an account"
    NO_SHOW = "no_show", "No-show reported"
    CONTEST = "contest", "Contested"
    UPHOLD = "uphold", "No-show upheld"
    EXCUSE = "excuse", "Cleared"
    PROPOSE = "propose", "Another time suggested"
    ACCEPT = "accept", "Accepted"
    REFUSE = "refuse", "Suggested times declined"
    TIME_OUT = "time_out", "Suggested times expired"


class Cause(models.TextChoices):
    """Why a booking is cancelled, as one of a few causes that can be counted. Further words are in the reason."""

    TIME = "time", "The time does not suit any more"
    ILL = "ill", "Illness"
    SOLVED = "solved", "It is no longer needed"
    MISTAKE = "mistake", "It was booked by mistake"
    FIT = "fit", "It is not the right fit"
    OTHER = "other", "Something else"


@dataclass(frozen=True)
class Step:
    """A row of the table: in state `before`, these sides may do `verb`, which leads to one of the states `after`."""

    before: State
    verb: Verb
    after: tuple[State, ...]
    sides: frozenset[Side]


def _step(before: State, verb: Verb, after: State | tuple[State, ...], *sides: Side) -> Step:
    return Step(before, verb, after if isinstance(after, tuple) else (after,), frozenset(sides))


TABLE: tuple[Step, ...] = (
    _step(State.PENDING, Verb.CONFIRM, State.CONFIRMED, Side.BUILDER, Side.SUPPORT),
    _step(State.PENDING, Verb.DECLINE, State.CANCELLED, Side.BUILDER),
    _step(State.PENDING, Verb.CANCEL, State.CANCELLED, Side.CLIENT, Side.SUPPORT),
    _step(State.PENDING, Verb.EXPIRE, State.CANCELLED, Side.SYSTEM),
    _step(State.PENDING, Verb.PROVE, (State.PENDING, State.CONFIRMED), Side.CLIENT),
    _step(State.PENDING, Verb.LAPSE, State.CANCELLED, Side.SYSTEM),
    _step(State.PENDING, Verb.PAY, (State.PENDING, State.CONFIRMED), Side.CLIENT),
    _step(State.PENDING, Verb.UNPAID, State.CANCELLED, Side.SYSTEM),
    _step(State.PENDING, Verb.CALL_OFF, State.CANCELLED, Side.SYSTEM),
    _step(State.CONFIRMED, Verb.CALL_OFF, State.CANCELLED, Side.SYSTEM),
    _step(State.PENDING, Verb.RESCHEDULE, State.PENDING, Side.CLIENT, Side.BUILDER, Side.SUPPORT),
    _step(State.CONFIRMED, Verb.RESCHEDULE, (State.CONFIRMED, State.PENDING), Side.CLIENT, Side.BUILDER, Side.SUPPORT),
    _step(State.CONFIRMED, Verb.START, State.IN_PROGRESS, Side.BUILDER, Side.SYSTEM),
    _step(State.CONFIRMED, Verb.CANCEL, State.CANCELLED, Side.CLIENT, Side.BUILDER, Side.SUPPORT),
    _step(State.IN_PROGRESS, Verb.COMPLETE, State.COMPLETED, Side.BUILDER, Side.SYSTEM),
    _step(State.IN_PROGRESS, Verb.DISPUTE, State.DISPUTED, Side.CLIENT, Side.BUILDER),
    _step(State.COMPLETED, Verb.DISPUTE, State.DISPUTED, Side.CLIENT, Side.BUILDER),
    *(
        step
        for state in (State.IN_PROGRESS, State.COMPLETED)
        for step in (
            _step(state, Verb.NO_SHOW, state, Side.CLIENT, Side.BUILDER),
            _step(state, Verb.CONTEST, state, Side.CLIENT, Side.BUILDER),
            _step(state, Verb.UPHOLD, state, Side.SUPPORT),
            _step(state, Verb.EXCUSE, state, Side.CLIENT, Side.BUILDER, Side.SUPPORT),
        )
    ),
    *(
        step
        for state in (State.PENDING, State.CONFIRMED)
        for step in (
            _step(state, Verb.PROPOSE, state, Side.BUILDER),
            _step(state, Verb.ACCEPT, State.CONFIRMED, Side.CLIENT),
            _step(state, Verb.REFUSE, state, Side.CLIENT),
            _step(state, Verb.TIME_OUT, state, Side.SYSTEM),
        )
    ),
    _step(State.DISPUTED, Verb.RESOLVE, (State.COMPLETED, State.CANCELLED), Side.SUPPORT),
)
LIVE = (State.PENDING, State.CONFIRMED, State.IN_PROGRESS)
AHEAD = (State.PENDING, State.CONFIRMED)


def steps_from(state: str, sides: Iterable[str]) -> list[Step]:
    """Returns the steps that these sides can take from a state, in the order of the table."""
    mine = set(sides)
    return [step for step in TABLE if step.before == state and step.sides & mine]


def step_of(state: str, verb: str) -> Step | None:
    """Returns the step for the verb from a state, whichever side does it; None if there is none."""
    return next((step for step in TABLE if step.before == state and step.verb == verb), None)


def steps_to(state: str, target: str) -> list[Step]:
    """Returns the steps from a state to another, whichever side does them. Moving to another time is left out, although
    it can change the state, since it is not done for that."""
    return [step for step in TABLE if step.before == state and target in step.after and step.verb != Verb.RESCHEDULE]
