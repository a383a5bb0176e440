"""Staff move the bookings that somebody made as a guest into that person's account, and can undo it for 30 days."""

from __future__ import annotations

from datetime import datetime, timedelta
from uuid import UUID

from django.db import transaction
from django.db.models import Q

from accounts.addresses import services as addresses
from accounts.models import User, UserManager
from accounts.services import lock_person
from bookings.agreement.transitions import Actor, fresh, record_event, save
from bookings.billing.rules import KIND
from bookings.models import Booking, BookingQuerySet, GuestMerge
from bookings.refusals import BookingRefusal
from bookings.states import Side, State, Verb
from core import audit, clock
from core.errors import Refused
from messaging import joining
from messaging.opening import Correspondent
from payments.models import Payment
from scheduling.models import Seat

UNDO_FOR = timedelta(days=30)


def mergeable(person: User, email: str) -> BookingQuerySet:
    """Returns the bookings that were made as a guest with this address and can be moved into the person's account.

    They are nobody's, or they are in an account that the guest got by confirming the address and never chose a password
    for. Those that still wait for the address to be confirmed stay, as do the person's own sessions as a builder. Raises
    Refused if the address belongs to another member.
    """
    email = UserManager.normalize_email(email)
    owner = addresses.owner_of(email)
    if owner is not None and owner != person and owner.has_usable_password():
        raise Refused(BookingRefusal.NOT_A_GUEST)
    of_guest = Booking.objects.filter(guest__email=email).exclude(builder=person)
    whose = Q(client=None) | Q(client=owner) if owner is not None and owner != person else Q(client=None)
    return (
        of_guest.filter(whose)
        .select_related("guest")
        .exclude(state=State.PENDING, proof_due_at__isnull=False)
        .order_by("id")
    )


@transaction.atomic
def merge(*, person: User, email: str, by: User, reason: str) -> GuestMerge:
    """Moves a guest's bookings into the account of a member; refuses if there are none, or if they are a member's."""
    lock_person(person.pk)
    now = clock.now()
    moved = [booking for booking in mergeable(person, email) if _move(booking, person, by, reason, now)]
    if not moved:
        raise Refused(BookingRefusal.NOTHING_TO_MERGE)
    guests = {booking.guest.pk.hex for booking in moved if booking.guest is not None}
    adopted = {key: joining.adopt_guest(guest_key=key, person=person) for key in sorted(guests)}
    former = {str(booking.pk): str(booking.client_id) if booking.client_id else None for booking in moved}
    merged = GuestMerge.objects.create(person=person, merged_by=by, reason=reason, bookings=former, messages=adopted)
    facts = {"bookings": list(former), "reason": reason}
    audit.record(actor=by, action="guest merged", subject=person, before=None, after=facts)
    return merged


def undoable(person: User, now: datetime) -> list[GuestMerge]:
    """Returns the merges into the person's account that can still be undone, the latest first. One query."""
    return list(GuestMerge.objects.filter(person=person, undone_at__isnull=True, created_at__gt=now - UNDO_FOR))


@transaction.atomic
def undo(*, merged: GuestMerge, by: User, reason: str) -> int:
    """Gives the listed bookings back to whom they belonged, as far as they are still in the account; returns how many.

    Refuses after 30 days, and if it was undone already.
    """
    now = clock.now()
    claimed = GuestMerge.objects.filter(pk=merged.pk, undone_at__isnull=True, created_at__gt=now - UNDO_FOR)
    if not claimed.update(undone_at=now, undone_by=by):
        raise Refused(BookingRefusal.MERGE_OVER)
    people = User.objects.in_bulk([UUID(key) for key in merged.bookings.values() if key])
    moved = []
    in_account = Booking.objects.filter(pk__in=list(merged.bookings), client=merged.person)
    for booking in in_account.select_related("guest", "builder").order_by("id"):
        former = merged.bookings[str(booking.pk)]
        if _move(booking, people.get(UUID(former)) if former else None, by, reason, now):
            moved.append(booking)
    _give_messages_back(merged, [booking for booking in moved if merged.bookings[str(booking.pk)] is None])
    facts = {"bookings": [str(booking.pk) for booking in moved], "reason": reason}
    audit.record(actor=by, action="guest merge undone", subject=merged.person, before=None, after=facts)
    return len(moved)


def _give_messages_back(merged: GuestMerge, bookings: list[Booking]) -> None:
    """Gives what was written before the guests had an account back to them, with the marks about these bookings of theirs."""
    guests = {booking.guest.pk.hex: booking.guest for booking in bookings if booking.guest is not None}
    others = User.objects.in_bulk([UUID(key) for keys in merged.messages.values() for key in keys])
    for guest_key, guest in guests.items():
        for other, messages in merged.messages.get(guest_key, {}).items():
            builder = others[UUID(other)]
            theirs = [booking.pk for booking in bookings if (booking.guest, booking.builder) == (guest, builder)]
            joining.give_back(
                guest=Correspondent(guest_key=guest_key, name=guest.name), person=merged.person, other=builder,
                messages=messages, subjects=theirs,
            )  # fmt: skip


def _move(booking: Booking, person: User | None, by: User, reason: str, now: datetime) -> bool:
    """Makes the booking the person's, or nobody's; its time, price and state stay. So does who has paid with credit, which
    goes back to them. Returns False for a booking that somebody else got since it was read, such as a guest who confirmed
    their address."""
    current = fresh(booking, None)
    if current.client_id != booking.client_id:
        return False
    current.client = person
    Seat.objects.filter(pk=current.seat_id).update(person=person)
    payments = Payment.objects.about(KIND, [current.pk]).filter(amount_from_credit=0)
    payments.update(payer=person, changed_at=now)
    save(current)
    record_event(current, Verb.JOIN, Actor(Side.SUPPORT, by), now, before=current.state, reason=reason)
    return True
