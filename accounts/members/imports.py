"""Importing members from a CSV file: a check that saves nothing, then saving the rows without errors.

A row changes the member with its key, or adds one. Columns that the file lacks keep their values. Rows are saved in batches,
each in a transaction that also says how far the import is, so that a worker that was killed goes on where it stopped.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.core.files.base import ContentFile
from django.db import transaction

from accounts.members import duplicates, rules
from accounts.members.folding import fold_key
from accounts.members.services import LOCK, MOVED, apply, change_of, people_by_address, read_texts, write_history
from accounts.members.tables import BadFile, MemberTable, RowError, read_table
from accounts.models import Member, MemberChange, MemberImport, User
from accounts.refusals import AccountRefusal
from core import audit, clock, outbox
from core.bulk import copy_rows
from core.errors import Refusal, Refused
from core.locks import lock_until_commit
from core.models import OutboxMessage
from core.names import tidy
from core.uploads import clean_name

CHANNEL = "members"
BATCH = 250
AT_ONCE = 500  # rows that are checked or saved while the person waits; more are left to a worker
KEPT_FOR = timedelta(days=14)  # files and errors of an import
State = MemberImport.State
FOLDED = ("key_folded", "license_folded", "name_folded", "company_folded", "block", "words")
Rows = Sequence[tuple[int, dict[str, str]]]


@dataclass(frozen=True)
class MemberRow:
    """A row without errors: the member that it changes, or None for a new one, and the values."""

    number: int
    member: Member | None
    values: dict[str, Any]


@dataclass
class CheckedRows:
    """The rows of a file, or of a part of it, and what is wrong in others."""

    good: list[MemberRow] = field(default_factory=list)
    errors: list[RowError] = field(default_factory=list)


def check(content: bytes, *, allows_incomplete: bool) -> tuple[MemberTable, CheckedRows]:
    """Reads and checks a whole file; raises BadFile. Two queries for each batch of rows. Saves nothing."""
    table = read_table(content)
    checked = CheckedRows(errors=list(table.errors))
    for part in _checked_batches(table, allows_incomplete=allows_incomplete):
        checked.good += part.good
        checked.errors += part.errors
    checked.errors.sort(key=lambda error: error.row)
    return table, checked


def _checked_batches(table: MemberTable, *, allows_incomplete: bool, start: int = 0) -> Iterator[CheckedRows]:
    """Yields the rows in batches from the row at `start`. A key that is there twice is an error of the second row."""
    first_rows: dict[str, int] = {}
    for number, texts in table.rows:
        first_rows.setdefault(_key_in(texts), number)
    for at in range(start, len(table.rows), BATCH):
        yield _check_batch(table.rows[at : at + BATCH], first_rows, allows_incomplete=allows_incomplete)


def _check_batch(rows: Rows, first_rows: Mapping[str, int], *, allows_incomplete: bool) -> CheckedRows:
    checked = CheckedRows()
    readings = [(number, _key_in(texts), *read_texts(texts)) for number, texts in rows]
    existing = _existing({fold_key(values["member_key"]) for _, _, values, _ in readings if values["member_key"]})
    for number, key, values, problems in readings:
        matching = existing.get(fold_key(values["member_key"]), [])
        if key and first_rows[key] != number:
            problems["member_key"] = [f"Row {first_rows[key]} has the same key."]
        elif sentence := _refusal_of(matching):
            problems.setdefault("member_key", [sentence])
        member = matching[0] if len(matching) == 1 else None
        whole = _whole(member, values)
        for name in rules.missing(whole):
            if not allows_incomplete or name in rules.REQUIRED_ALWAYS:
                problems.setdefault(name, [rules.missing_sentence(name, whole["member_type"])])
        if problems:
            checked.errors += [
                RowError(number, rules.BY_NAME[name].wire, sentence)
                for name, sentences in problems.items()
                for sentence in sentences
            ]
        else:
            checked.good.append(MemberRow(number, member, values))
    return checked


def _key_in(texts: Mapping[str, str]) -> str:
    return fold_key(tidy(texts["member_key"]))


def _existing(keys: set[str]) -> dict[str, list[Member]]:
    existing: dict[str, list[Member]] = {}
    for member in Member.objects.filter(key_folded__in=keys).select_related("merged_into").order_by("id"):
        existing.setdefault(member.key_folded, []).append(member)
    # A member that was merged counts only where no other has its key.
    return {
        key: [member for member in members if member.merged_into_id is None] or members[:1]
        for key, members in existing.items()
    }


def _refusal_of(members: Sequence[Member]) -> str:
    """Returns why no row can change these members, or an empty text."""
    if len(members) > 1:
        return "Two members have this key. Merge them first."
    if members and members[0].merged_into is not None:
        kept = members[0].merged_into
        return f"This member was merged into {kept.full_name}, whose key is {kept.member_key}. Use that key."
    return ""


def _whole(member: Member | None, values: Mapping[str, Any]) -> dict[str, Any]:
    """Returns the values that the member will have."""
    empty = {name: rules.BY_NAME[name].empty for name in rules.NAMES}
    before = empty if member is None else {name: getattr(member, name) for name in rules.NAMES}
    return {**before, **values}


# An import in the database --------------------------------------------------------------------------------------


@transaction.atomic
def begin(*, content: bytes, name: str, by: User, allows_incomplete: bool, waits: bool = False) -> MemberImport:
    """Stores a file and checks it: at once if it is small or the caller waits for it, otherwise in a worker. Refuses a file
    that is no table."""
    try:
        table = read_table(content)
    except BadFile as error:
        raise Refused(Refusal.INVALID, fields={"file": [str(error)]}) from None
    row = MemberImport(
        imported_by=by,
        name=clean_name(name),
        allows_incomplete=allows_incomplete,
        rows=table.size,
        ignored=table.ignored,
    )
    row.file.save("members.csv", ContentFile(content), save=False)
    row.save()
    if table.size > AT_ONCE and not waits:
        _queue(row, "check")
    else:
        _check_stored(row)
    return row


@transaction.atomic
def start(*, row: MemberImport, by: User) -> MemberImport:
    """Saves the rows without errors of a file that was checked: at once if it is small, otherwise in a worker."""
    row = MemberImport.objects.select_for_update(of=("self",)).get(pk=row.pk)
    if row.state != State.CHECKED or not row.file:
        raise Refused(AccountRefusal.IMPORT_NOT_READY)
    row.state, row.done, row.errors, row.faulty = State.SAVING, 0, [], 0
    row.added = row.changed = row.unchanged = 0
    row.imported_by = by
    row.save()
    if row.rows > AT_ONCE:
        _queue(row, "save")
    else:
        _save_stored(row)
    return row


def _queue(row: MemberImport, step: str) -> None:
    outbox.put(event=f"{step}:{row.pk}", channel=CHANNEL, recipient=str(row.imported_by_id), payload={})


def deliver(message: OutboxMessage) -> None:
    """Checks or saves the file of an import in a worker. Doing it again after an interruption does no harm."""
    step, _, key = message.event.partition(":")
    row = MemberImport.objects.filter(pk=key).exclude(file="").first()
    if row is None:
        return
    if step == "check" and row.state == State.CHECKING:
        _check_stored(row)
    elif step == "save" and row.state == State.SAVING:
        _save_stored(row)


def _content(row: MemberImport) -> bytes:
    with row.file.open("rb") as file:
        return bytes(file.read())


def _check_stored(row: MemberImport) -> None:
    table = read_table(_content(row))
    errors = list(table.errors)
    row.added = row.changed = row.unchanged = 0
    for part in _checked_batches(table, allows_incomplete=row.allows_incomplete):
        errors += part.errors
        for good in part.good:
            _count(row, good.member, is_changed=_differs(good))
        MemberImport.objects.filter(pk=row.pk).update(done=row.added + row.changed + row.unchanged)
    _finish(row, errors, State.CHECKED)


def _differs(good: MemberRow) -> bool:
    member = good.member
    return member is not None and any(getattr(member, name) != value for name, value in good.values.items())


def _count(row: MemberImport, member: Member | None, *, is_changed: bool) -> None:
    if member is None:
        row.added += 1
    elif is_changed:
        row.changed += 1
    else:
        row.unchanged += 1


def _finish(row: MemberImport, errors: list[RowError], state: MemberImport.State) -> None:
    errors.sort(key=lambda error: error.row)
    row.errors = [[error.row, error.field, error.why] for error in errors]
    row.faulty = len({error.row for error in errors})
    row.state, row.done, row.finished_at = state, row.rows, clock.now()
    row.save()


def _save_stored(row: MemberImport) -> None:
    """Saves batch after batch, beginning after those that an interrupted run has saved."""
    table = read_table(_content(row))
    batches = _checked_batches(table, allows_incomplete=row.allows_incomplete, start=row.done)
    while _save_next(row, batches):
        pass
    errors = [RowError(*error) for error in row.errors]
    with transaction.atomic():
        _finish(row, errors + table.errors, State.DONE)
        facts = {name: getattr(row, name) for name in ("rows", "added", "changed", "unchanged", "faulty")}
        audit.record(actor=row.imported_by, action="members imported", subject=row, before=None, after=facts)


@transaction.atomic
def _save_next(row: MemberImport, batches: Iterator[CheckedRows]) -> bool:
    """Checks and saves one batch; returns False after the last. The lock keeps two imports from adding one key twice."""
    lock_until_commit(LOCK)
    part = next(batches, None)
    if part is None:
        return False
    changed_members = save_rows(part.good, by=row.imported_by, row=row)
    row.errors += [[error.row, error.field, error.why] for error in part.errors]
    row.done = min(row.done + BATCH, row.rows)
    row.save(update_fields=["done", "added", "changed", "unchanged", "errors", "changed_at"])
    duplicates.refresh(changed_members)
    return True


def save_rows(good: Sequence[MemberRow], *, by: User, row: MemberImport) -> list[UUID]:
    """Adds and changes the members of these rows; returns the ids of those that are new or another than before. A new
    member with the verified address of somebody without member data becomes theirs. Four queries."""
    new, changed, changes = [], [], []
    for line in good:
        member = line.member or Member()
        steps = apply(member, line.values, by=by, source=MemberChange.Source.IMPORT)
        _count(row, line.member, is_changed=bool(steps))
        if line.member is None:
            new.append(member)
        elif steps:
            changed.append(member)
        changes += steps
    people = people_by_address(member.email for member in new if member.email)
    for member in new:
        member.person = person = people.pop(member.email, None)
        if person is not None:
            changes.append(change_of(member, MOVED, "", str(person.pk), by, MemberChange.Source.IMPORT))
    copy_rows(Member, new)
    now = clock.now()
    for member in changed:
        member.changed_at = now
    Member.objects.bulk_update(changed, [*rules.NAMES, *FOLDED, "changed_at"])
    write_history(changes)
    return [member.pk for member in (*new, *changed)]


def forget(row: MemberImport) -> None:
    """Deletes the file and the errors of an import; the counts stay."""
    name, storage = row.file.name, row.file.storage
    MemberImport.objects.filter(pk=row.pk).update(file="", errors=[])
    if name:
        transaction.on_commit(lambda: storage.delete(name))


def forget_old(now: datetime) -> None:
    """Deletes the files and errors of imports after two weeks, because they name people."""
    for row in MemberImport.objects.filter(created_at__lt=now - KEPT_FOR).exclude(file=""):
        forget(row)


def remove_all(person: User) -> None:
    """Deletes the imports of a person with their files."""
    for row in MemberImport.objects.filter(imported_by=person):
        forget(row)
        row.delete()
