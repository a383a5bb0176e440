"""The chain over the rows of the audit, by which a row that was changed, removed or put in later is noticed.

Each row gets a seal with a number and a digest over the row and the seal before it. A periodic job writes the seals of
committed rows in batches: one in each audited transaction would make all of them wait for each other. What a row says
before and after is in the digest only by a salted digest of its own, so that it can be forgotten when a person is
erased, and the chain still holds.

The digest of the last seal stands for the whole chain. Whoever can write to the database could make a new chain, so the
job writes that digest to the log, and `verify_audit` prints it.
"""

from __future__ import annotations

import hashlib
import json
import logging
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.core.serializers.json import DjangoJSONEncoder
from django.db import connection, transaction
from django.db.models import Exists, OuterRef, Q

from core import clock
from core.locks import lock_until_commit
from core.models import AuditEntry, AuditSeal

logger = logging.getLogger(__name__)

BATCH = 5_000
LATE = timedelta(hours=1)  # longer than a transaction takes between writing a row and its commit
FIRST = "0" * 64


@dataclass(frozen=True)
class ChainReport:
    """What verifying found: how many seals hold, the digest of the last one, and what differs first, if anything."""

    count: int
    digest: str
    problem: str = ""


@transaction.atomic
def seal_new(*, limit: int = BATCH) -> int:
    """Seals committed rows that have no seal yet, the oldest first, and returns how many. One worker at a time."""
    lock_until_commit("audit chain")
    last = AuditSeal.objects.order_by("-number").first()
    rows = AuditEntry.objects.filter(~Exists(AuditSeal.objects.filter(entry=OuterRef("pk"))))
    if last is not None:
        rows = rows.filter(at__gte=last.at - LATE)
    seals, digest, number = [], last.digest if last else FIRST, last.number if last else 0
    for entry in rows.order_by("at", "id")[:limit]:
        salt, number = secrets.token_hex(16), number + 1
        facts, content = _facts(entry), _content(entry, salt)
        digest = _chained(digest, facts, content)
        seals.append(
            AuditSeal(
                number=number, entry=entry.pk, at=entry.at, salt=salt, facts=facts, content=content, digest=digest
            )
        )
    AuditSeal.objects.bulk_create(seals, batch_size=1_000)
    if seals:
        logger.info("the audit is chained up to row %s", number, extra={"digest": digest})
    return len(seals)


def verify() -> ChainReport:
    """Compares every row with its seal, and every seal with the one before; stops at the first that differs."""
    digest, number = FIRST, 0
    last: AuditSeal | None = None
    for seals in _batches():
        entries = AuditEntry.objects.in_bulk([seal.entry for seal in seals])
        for seal in seals:
            if problem := _problem(seal, entries.get(seal.entry), digest, number):
                return ChainReport(number, digest, problem)
            digest, number, last = seal.digest, seal.number, seal
    return ChainReport(number, digest, _unsealed(last) if last else "")


def has_digest(digest: str) -> bool:
    """Whether the chain has had this digest at its end: whoever kept it sees that the chain was not written anew."""
    return AuditSeal.objects.filter(digest=digest.strip()).exists()


@transaction.atomic
def forget(*, subject: str) -> int:
    """Removes the reasons in the rows about a subject, such as a person who is erased; returns how many rows had one.

    The rows stay, and the chain holds, because it has only salted digests of what is removed.
    """
    lock_until_commit("audit chain")
    rows = AuditEntry.objects.filter(Q(before__has_key="reason") | Q(after__has_key="reason"), subject=subject)
    keys = list(rows.values_list("pk", flat=True))
    with _allowed("erasure"):
        AuditEntry.objects.filter(pk__in=keys).update(before=None, after=None)
    AuditSeal.objects.filter(entry__in=keys).update(salt="")
    return len(keys)


@transaction.atomic
def remove_old(*, before: datetime) -> int:
    """Deletes up to `BATCH` sealed rows from before this time, and returns how many. Their seals stay, so that the chain
    holds."""
    lock_until_commit("audit chain")
    old = AuditSeal.objects.filter(at__lt=before, removed_at__isnull=True).order_by("number")
    keys = list(old.values_list("entry", flat=True)[:BATCH])
    with _allowed("retention"):
        AuditEntry.objects.filter(pk__in=keys).delete()
    AuditSeal.objects.filter(entry__in=keys).update(removed_at=clock.now(), salt="")
    return len(keys)


@contextmanager
def _allowed(purpose: str) -> Iterator[None]:
    """Lets this transaction change rows of the audit for one purpose, which the trigger of the table asks for."""
    _set_purpose(purpose)
    yield
    _set_purpose("")  # after an error the transaction is rolled back, and the purpose with it


def _set_purpose(purpose: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT set_config('waymark.audit_change', %s, true)", [purpose])


def _batches() -> Iterator[list[AuditSeal]]:
    number = 0
    while seals := list(AuditSeal.objects.filter(number__gt=number).order_by("number")[:BATCH]):
        yield seals
        number = seals[-1].number


def _problem(seal: AuditSeal, entry: AuditEntry | None, digest: str, number: int) -> str:
    """Returns what is wrong with a seal or its row; an empty string if nothing is."""
    name = f"row {seal.entry} of {seal.at:%Y-%m-%d %H:%M:%S} (number {seal.number})"
    if seal.number != number + 1:
        return f"the seals from number {number + 1} to {seal.number - 1} are gone"
    if seal.digest != _chained(digest, seal.facts, seal.content):
        return f"{name}: its seal was changed"
    if entry is None:
        return "" if seal.removed_at is not None else f"{name} is gone"
    if _facts(entry) != seal.facts:
        return f"{name} was changed"
    is_forgotten = not seal.salt and entry.before is None and entry.after is None
    if not is_forgotten and _content(entry, seal.salt) != seal.content:
        return f"{name}: what it says before and after was changed"
    return ""


def _unsealed(last: AuditSeal) -> str:
    """Returns the first row that has no seal though later ones have, so that it was put in afterwards."""
    sealed = AuditSeal.objects.filter(entry=OuterRef("pk"))
    late = AuditEntry.objects.filter(~Exists(sealed), at__lt=last.at - LATE).order_by("at").first()
    return f"row {late.pk} of {late.at:%Y-%m-%d %H:%M:%S} was put in later" if late else ""


def _chained(before: str, facts: str, content: str) -> str:
    return _digest(f"{before}{facts}{content}")


def _facts(entry: AuditEntry) -> str:
    """Returns the digest of who did what and when, which names nobody but by number."""
    people = [str(key) if key else None for key in (entry.actor_id, entry.acting_as_id)]
    values = [str(entry.pk), entry.at.timestamp(), *people, entry.action, entry.subject, entry.request_id]
    return _digest(_json(values))


def _content(entry: AuditEntry, salt: str) -> str:
    return _digest(salt + _json([entry.before, entry.after]))


def _json(value: Any) -> str:
    return json.dumps(value, sort_keys=True, separators=(",", ":"), cls=DjangoJSONEncoder)


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()
