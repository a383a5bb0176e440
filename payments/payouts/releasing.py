"""Makes transfers payable once they are due, and queues those that can be sent. In bulk, for many bookings in a night."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.db.models import F

from core import clock, outbox
from core.ids import uuid7
from core.money import Money
from payments import ledger
from payments.ledger import AccountName, Movement, NewEntry
from payments.models import LedgerAccount, LedgerEntry, Payment, ProviderAccount, Transfer
from payments.payouts.holds import frozen_reasons
from payments.payouts.shares import Share, divide
from payments.services import ledger_key

CHANNEL = "transfer"
BATCH = 500


def pay_due(now: datetime, owner_id: UUID | None = None) -> int:
    """Makes payable what is due, then queues all that can be sent, of one builder or of all; returns how many transfers
    were queued. Doing it again, or twice at once, sends nothing twice."""
    release_due(now, owner_id)
    return queue_payable(owner_id)


def release_due(now: datetime, owner_id: UUID | None = None) -> int:
    """Makes the transfers payable whose time has come, unless something holds their payment back; returns how many.

    All transfers of a payment are due at the same time, and become payable together, also where one builder is named.
    """
    due = Transfer.objects.filter(state=Transfer.State.SCHEDULED, due_at__lte=now).order_by("payment_id")
    if owner_id is not None:
        due = due.filter(owner=owner_id)
    ids = list(due.values_list("payment_id", flat=True).distinct())
    return sum(_release(batch) for batch in _batches(ids))


@transaction.atomic
def _release(payment_ids: Sequence[UUID]) -> int:
    payments = Payment.objects.select_for_update(no_key=True).filter(pk__in=payment_ids).order_by("pk")
    frozen = frozen_reasons(payment_ids)
    free = {payment.pk: payment for payment in payments if payment.pk not in frozen}
    rows: dict[UUID, list[Transfer]] = {}
    waiting = Transfer.objects.filter(payment__in=free, state=Transfer.State.SCHEDULED)
    for transfer in waiting.select_for_update().order_by("id"):
        transfer.payment = free[transfer.payment_id]
        rows.setdefault(transfer.payment_id, []).append(transfer)
    for own in rows.values():
        own.sort(key=by_payee)
    entries = [entry for own in rows.values() for entry in _share_out(own)]
    changed = [transfer for own in rows.values() for transfer in own]
    Transfer.objects.bulk_update(changed, ["amount", "fee", "state", "changed_at"])
    ledger.post_all(entries)
    return len(changed)


def by_payee(transfer: Transfer) -> bool:
    """Returns a key that sorts the payee of a payment before the builders with whom they share it."""
    return transfer.owner_id != transfer.payment.payee_id


def _share_out(transfers: Sequence[Transfer]) -> Iterable[NewEntry]:
    """Sets what each builder of a payment gets, and yields its ledger entries."""
    payment, now = transfers[0].payment, clock.now()
    percents = [transfer.percent for transfer in transfers]
    shares = divide(payment.refundable, transfers[0].fee_percent, percents)
    for transfer, share in zip(transfers, shares, strict=True):
        transfer.amount, transfer.fee, transfer.changed_at = share.amount, share.fee, now
        transfer.state = Transfer.State.PAYABLE if share.amount else Transfer.State.NOTHING
        movements = movements_of(payment, transfer.owner_id, share)
        if movements:
            yield NewEntry(
                f"earned:{transfer.pk}", LedgerEntry.Kind.EARNED, now, movements, provider_id=ledger_key(payment)
            )


def movements_of(payment: Payment, owner_id: UUID, share: Share) -> list[Movement]:
    """Returns how a share leaves what clients have paid: to its builder, and the fee to the platform."""
    funds = AccountName(LedgerAccount.Kind.CLIENT_FUNDS, payment.payee_id)
    sides = [(AccountName(LedgerAccount.Kind.PAYABLE, owner_id), share.amount), (ledger.PLATFORM_FEES, share.fee)]
    return [Movement(funds, name, Money(amount, payment.currency)) for name, amount in sides if amount]


def queue_payable(owner_id: UUID | None = None) -> int:
    """Queues the payable transfers whose builder has an account that is ready, of one builder or of all; returns how
    many. One that cannot be sent after all stays payable, and is queued again the next night."""
    payable = Transfer.objects.filter(
        state=Transfer.State.PAYABLE, owner__provider_account__status=ProviderAccount.Status.READY
    )
    if owner_id is not None:
        payable = payable.filter(owner=owner_id)
    return queue(list(payable.order_by("due_at", "id").values_list("pk", flat=True)))


def queue(ids: Sequence[UUID]) -> int:
    """Queues those of these transfers that are payable; returns how many."""
    return sum(_queue(batch) for batch in _batches(ids))


def _batches(ids: Sequence[UUID]) -> Iterable[Sequence[UUID]]:
    return (ids[start : start + BATCH] for start in range(0, len(ids), BATCH))


@transaction.atomic
def _queue(ids: Sequence[UUID]) -> int:
    rows = Transfer.objects.filter(pk__in=ids, state=Transfer.State.PAYABLE)
    list(rows.select_for_update().order_by("pk").values_list("pk"))  # one order, so that two at once do not deadlock
    rows.update(attempts=F("attempts") + 1)
    with outbox.in_one_statement():
        queued = list(rows.order_by("due_at", "id").values_list("pk", "attempts"))
        for pk, attempts in queued:
            put(pk, attempts)
    return len(queued)


def put(pk: UUID, attempts: int) -> None:
    outbox.put(event=f"transfer:{pk}:{attempts}", channel=CHANNEL, recipient="stripe", payload={"transfer": str(pk)})


def new_transfer(former: Transfer, share: Share) -> Transfer:
    """Creates a further transfer for a share that has grown, payable at once."""
    payment = former.payment
    further = Transfer.objects.create(
        id=uuid7(), payment=payment, owner_id=former.owner_id, number=former.number + 1, percent=former.percent,
        fee_percent=former.fee_percent, due_at=clock.now(), amount=share.amount, fee=share.fee, attempts=1,
        state=Transfer.State.PAYABLE if share.amount else Transfer.State.NOTHING,
    )  # fmt: skip
    ledger.post(
        reference=f"earned:{further.pk}", kind=LedgerEntry.Kind.EARNED, occurred_at=further.due_at,
        movements=movements_of(payment, former.owner_id, share), provider_id=ledger_key(payment),
    )  # fmt: skip
    if share.amount:
        put(further.pk, further.attempts)
    return further
