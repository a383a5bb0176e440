"""What can happen to credits. Each function locks the grant's row before it reads how many are left, so that two that
want the last one at once do not both get it. Each posts to the ledger once, however often it is called."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.db import transaction

from accounts.models import User
from core import clock
from core.errors import Refused
from core.money import Money
from payments import ledger
from payments.credits import queries
from payments.credits.models import CreditGrant
from payments.credits.refusals import CreditRefusal
from payments.ledger import AccountName, Credits, Movement
from payments.models import LedgerAccount, LedgerEntry

Account, Kind = LedgerAccount.Kind, LedgerEntry.Kind
AT_LEAST_AFTER_BUILDER = timedelta(days=30)  # how long a credit can be used that comes back because of the builder


@dataclass(frozen=True)
class NewCredits:
    """Credits to give to a person: for what they were paid, for which sessions, and until when they can be used."""

    source_kind: str
    source_id: UUID
    holder: User
    builder_id: UUID
    title: str
    sessions: int
    minutes: int | None
    usable_for: list[UUID]
    price: Money
    expires_at: datetime | None
    is_waiting: bool = False


@transaction.atomic
def issue(new: NewCredits) -> CreditGrant:
    """Gives credits to a person. The same source gives them once."""
    grant, is_new = CreditGrant.objects.get_or_create(
        source_kind=new.source_kind,
        source_id=new.source_id,
        defaults={
            "holder": new.holder,
            "builder_id": new.builder_id,
            "title": new.title,
            "sessions": new.sessions,
            "minutes": new.minutes,
            "usable_for": new.usable_for,
            "price": new.price.amount,
            "currency": new.price.currency,
            "expires_at": new.expires_at,
            "is_waiting": new.is_waiting,
        },
    )
    if is_new:
        _post(grant, f"credits_issued:{grant.pk}", Kind.CREDITS_ISSUED, new.sessions, into=_held_by(grant.holder_id))
    return grant


@transaction.atomic
def use(
    *, holder: User, builder_id: UUID, session_type_id: UUID, minutes: int, starts_at: datetime, use_id: UUID
) -> CreditGrant:
    """Takes one credit for a session that begins then, of those that expire first. `use_id` names what it is used for,
    such as a booking. Refuses with `no_credit` if none is left."""
    fitting = queries.usable(holder.pk, builder_id, session_type_id, minutes, starts_at)
    for grant in fitting.select_for_update(no_key=True):
        if queries.left_of([grant])[grant.pk] > 0:
            _post(
                grant,
                f"credit_used:{use_id}",
                Kind.CREDIT_USED,
                1,
                out_of=_held_by(grant.holder_id),
                other=Account.CREDITS_USED,
            )
            return grant
    raise Refused(CreditRefusal.NO_CREDIT)


@transaction.atomic
def give_back(*, grant_id: UUID, use_id: UUID, by_builder: bool) -> CreditGrant:
    """Returns the credit that was used for this, once. It keeps its expiry; after a cancellation by the builder it can be
    used for 30 days at least."""
    grant, now = _locked(grant_id), clock.now()
    _post(
        grant,
        f"credit_returned:{use_id}",
        Kind.CREDIT_RETURNED,
        1,
        into=_held_by(grant.holder_id),
        other=Account.CREDITS_USED,
    )
    least = now + AT_LEAST_AFTER_BUILDER
    if by_builder and grant.expires_at is not None and grant.expires_at < least:
        grant.expires_at = least
        grant.save()
    return grant


@transaction.atomic
def expire(*, grant_id: UUID, now: datetime) -> int:
    """Ends the credits whose time is over, and returns how many."""
    grant = _locked(grant_id)
    left = queries.left_of([grant])[grant.pk]
    if grant.expires_at is None or grant.expires_at > now or left <= 0:
        return 0
    count = LedgerEntry.objects.filter(kind=Kind.CREDITS_EXPIRED, provider_id=grant.ledger_key).count()
    _post(
        grant,
        f"credits_expired:{grant.pk}:{count + 1}",
        Kind.CREDITS_EXPIRED,
        left,
        out_of=_held_by(grant.holder_id),
        other=Account.CREDITS_EXPIRED,
    )
    return left


@transaction.atomic
def withdraw(*, grant_id: UUID, key: UUID) -> Money:
    """Takes all unused credits back because they are refunded, and returns what they are worth. Refuses if none is left."""
    grant = _locked(grant_id)
    left = queries.left_of([grant])[grant.pk]
    if left <= 0:
        raise Refused(CreditRefusal.CREDITS_USED)
    _post(
        grant,
        f"credits_refunded:{key}",
        Kind.CREDITS_REFUNDED,
        left,
        out_of=_held_by(grant.holder_id),
        other=Account.CREDITS_REFUNDED,
    )
    if grant.is_waiting:
        grant.is_waiting = False  # nothing is left to claim
        grant.save()
    return grant.worth(left)


@transaction.atomic
def take_back(*, grant_id: UUID, key: UUID, total: int) -> int:
    """Takes unused credits back until so many were taken back in all, or none is left; returns how many it took. `key`
    names the cause: what was paid for the credits was given back."""
    grant = _locked(grant_id)
    count = min(total - queries.taken_back(grant), queries.left_of([grant])[grant.pk])
    if count <= 0:
        return 0
    _post(
        grant,
        f"credits_refunded:{key}",
        Kind.CREDITS_REFUNDED,
        count,
        out_of=_held_by(grant.holder_id),
        other=Account.CREDITS_REFUNDED,
    )
    return count


@transaction.atomic
def claim_gift(*, grant_id: UUID, by: User) -> CreditGrant:
    """Moves a gift to the person who claims it. Claiming it again changes nothing; by somebody else it is refused."""
    grant = _locked(grant_id)
    if grant.given_by_id is not None:
        if grant.holder_id == by.pk:
            return grant
        raise Refused(CreditRefusal.GIFT_CLAIMED)
    if not grant.is_waiting:
        raise Refused(CreditRefusal.GIFT_WITHDRAWN)
    if by.pk == grant.builder_id:
        raise Refused(CreditRefusal.NO_CREDIT, "These are sessions with you, so somebody else has to claim them.")
    left = queries.left_of([grant])[grant.pk]
    is_over = grant.expires_at is not None and grant.expires_at <= clock.now()  # they end in the night after
    if left <= 0 or is_over:
        raise Refused(CreditRefusal.CREDITS_USED, "This gift has expired.")
    if grant.holder_id != by.pk:
        movement = Movement(_held_by(grant.holder_id), _held_by(by.pk), Credits(left))
        _post_movement(grant, f"credits_given:{grant.pk}", Kind.CREDITS_GIVEN, movement)
    grant.given_by_id, grant.holder, grant.is_waiting = grant.holder_id, by, False
    grant.save()
    return grant


@transaction.atomic
def withdraw_gift(*, grant_id: UUID, by: User) -> CreditGrant:
    """Lets the person who bought a gift use it themselves, as long as nobody has claimed it."""
    grant = _locked(grant_id)
    if grant.holder_id != by.pk or not grant.is_waiting:
        raise Refused(CreditRefusal.GIFT_CLAIMED)
    grant.is_waiting = False
    grant.save()
    return grant


def _locked(grant_id: UUID) -> CreditGrant:
    return CreditGrant.objects.select_for_update(no_key=True).get(pk=grant_id)


def _held_by(person_id: UUID) -> AccountName:
    return AccountName(Account.CREDITS, person_id)


def _post(
    grant: CreditGrant,
    reference: str,
    kind: LedgerEntry.Kind,
    count: int,
    *,
    into: AccountName | None = None,
    out_of: AccountName | None = None,
    other: LedgerAccount.Kind = Account.CREDITS_ISSUED,
) -> None:
    """Moves credits between the holder and an account of the builder that says what became of them."""
    builders = AccountName(other, grant.builder_id)
    movement = Movement(out_of or builders, into or builders, Credits(count))
    _post_movement(grant, reference, kind, movement)


def _post_movement(grant: CreditGrant, reference: str, kind: LedgerEntry.Kind, movement: Movement) -> None:
    ledger.post(
        reference=reference, kind=kind, occurred_at=clock.now(), movements=[movement], provider_id=grant.ledger_key
    )
