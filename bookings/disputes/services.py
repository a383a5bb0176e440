"""Disputes: opened with a reason, discussed in statements that cannot be changed, resolved by support."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal

from django.core.files.base import File
from django.db import transaction

from accounts.notifications import NewNotification, notify
from bookings.agreement import notifications
from bookings.agreement.rules import Cost
from bookings.agreement.transitions import Actor, change, fresh, mark_cancelled
from bookings.billing.credits import give_back_credit
from bookings.disputes import settling
from bookings.models import Booking, Statement
from bookings.states import Side, State, Verb
from core import audit
from core.errors import Refusal, Refused
from core.uploads import check_space, check_space_of

MOST_STATEMENTS = 40
MEGABYTES_OF_A_GUEST = 200


@transaction.atomic
def open_(
    *, booking: Booking, by: Actor, reason: str, file: File[bytes] | None = None, version: int | None = None
) -> Booking:
    """Opens a dispute, with the reason and the file as its first statement. Only support can end it."""
    was_open = booking.state == State.DISPUTED
    changed = change(booking, Verb.DISPUTE, State.DISPUTED, by, reason=reason, version=version)
    if not was_open:
        settling.freeze(changed)
        if reason or file:
            _create_statement(changed, by, reason, file)
    return changed


@transaction.atomic
def add(*, booking: Booking, by: Actor, text: str, file: File[bytes] | None = None) -> Statement:
    """Adds a statement by either side or support, and notifies the sides that did not write it."""
    locked = fresh(booking, None)
    if locked.state != State.DISPUTED:
        raise Refused(Refusal.INVALID_TRANSITION, "This dispute is settled.")
    if locked.statements.count() >= MOST_STATEMENTS:
        raise Refused(
            Refusal.INVALID_TRANSITION,
            ("No more messages can be added. Our support team decides based on what was sent."),
        )
    statement = _create_statement(locked, by, text, file)
    for side in (Side.CLIENT, Side.BUILDER):
        person = notifications.reader(locked, side)
        if person is not None and side != by.side:
            notify(
                person,
                NewNotification(
                    kind="booking",
                    event=f"statement:{statement.pk}:{side}",
                    title=f"New message in the dispute about {locked.reference}",
                    text=f"{notifications.name_of(locked, by.side)} has added to it.",
                    path=f"{locked.get_absolute_url()}dispute/",
                    call="Read it",
                ),
            )
    return statement


@transaction.atomic
def resolve(
    *,
    booking: Booking,
    by: Actor,
    outcome: State,
    reason: str,
    refund_amount: Decimal | None = None,
    version: int | None = None,
) -> Booking:
    """Resolves the dispute as completed or cancelled, with a reason that both sides are notified of.

    A session that counts as completed can be refunded in part or whole by `refund_amount`; cancelling one gives back all
    that was paid through Waymark. Of two equal decisions at once the second changes nothing.
    """
    is_decided = False

    def record_outcome(locked: Booking, now: datetime) -> None:
        nonlocal is_decided
        is_decided = True
        if outcome == State.CANCELLED:
            mark_cancelled(locked, by, reason, now)
            give_back_credit(locked, Cost(0, locked.money(Decimal(0))), by.side)
        else:
            locked.completed_at = locked.completed_at or now

    settling.check_refund(booking, outcome, refund_amount)
    changed = change(booking, Verb.RESOLVE, outcome, by, record_outcome, reason=reason, version=version)
    if is_decided:
        settling.settle(changed, outcome, refund_amount, by.person)
        after = {"outcome": str(outcome), "reason": reason}
        after |= {"refund": str(refund_amount)} if refund_amount else {}
        before = {"state": str(State.DISPUTED)}
        audit.record(actor=by.person, action="dispute settled", subject=changed, before=before, after=after)
    return changed


def _create_statement(booking: Booking, by: Actor, text: str, file: File[bytes] | None) -> Statement:
    statement = Statement(booking=booking, side=by.side, author=by.person, text=text)
    if file is not None:
        _check_space(booking, by, file)
        statement.file, statement.name, statement.size = file, str(file.name), file.size
    statement.save(force_insert=True)
    return statement


def _check_space(booking: Booking, by: Actor, file: File[bytes]) -> None:
    """Refuses a file that its sender has no space left for: a person in all, a guest in this booking, which is locked."""
    if by.person is not None:
        check_space(by.person, file)
    else:
        check_space_of([booking.statements.filter(author=None, side=by.side)], [file], MEGABYTES_OF_A_GUEST)
