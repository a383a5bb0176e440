"""Services for members: saving, showing on the profile, merging, taking a merge back, and dismissing duplicates.

Each changed field leaves a `MemberChange`. The audit names the changed fields and not their values, because audit rows stay
when a person deletes their account.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import Any

from django.db import transaction

from accounts.members import duplicates, rules
from accounts.members.folding import fold
from accounts.models import Member, MemberChange, MemberDuplicate, MemberMerge, User
from accounts.refusals import AccountRefusal
from core import audit, clock
from core.bulk import copy_rows
from core.errors import Refusal, Refused
from core.locks import lock_until_commit

LOCK = "members"
Source = MemberChange.Source
MOVED = "person"  # the field of a history row that says whose account a member belongs to


def parsed(texts: Mapping[str, str], *, allows_incomplete: bool = False) -> dict[str, Any]:
    """Returns the values that the texts mean; refuses what a field does not accept, and what is missing: with
    `allows_incomplete` only the fields that every member needs."""
    values, problems = read_texts(texts)
    for name in rules.missing(values):
        if name in rules.REQUIRED_ALWAYS or not allows_incomplete:
            problems.setdefault(name, [rules.missing_sentence(name, values.get("member_type") or "")])
    if problems:
        raise Refused(Refusal.INVALID, fields=problems)
    return values


def read_texts(texts: Mapping[str, str]) -> tuple[dict[str, Any], dict[str, list[str]]]:
    """Returns the values, and what is wrong by field. A field with a wrong text has its empty value."""
    values: dict[str, Any] = {}
    problems: dict[str, list[str]] = {}
    for name, text in texts.items():
        field = rules.BY_NAME[name]
        try:
            values[name] = rules.read_value(field, text)
        except rules.BadValue as error:
            values[name], problems[name] = field.empty, [str(error)]
    return values, problems


@transaction.atomic
def save(
    *,
    member: Member | None,
    values: Mapping[str, Any],
    by: User,
    source: MemberChange.Source = Source.STAFF,
    person: User | None = None,
    shows_on_profile: bool | None = None,
) -> Member:
    """Creates a member, of `person` if one is named, or changes one, and looks for duplicates. `values` are those of
    `parsed`; fields that are missing keep their value."""
    lock_until_commit(LOCK)
    if member is None and person is not None:
        member = Member.objects.filter(person=person).first()  # of another request that was first
    is_new = member is None
    if member is None:
        member = Member(person=person)
    else:
        member = Member.objects.select_for_update(of=("self",)).get(pk=member.pk)
        refuse_merged(member)
    changes = apply(member, values, by=by, source=source)
    if shows_on_profile is not None:
        member.shows_on_profile = shows_on_profile
    member.save()
    write_history(changes)
    if changes:
        fields = sorted(change.field for change in changes)
        action = "member data added" if is_new else "member data changed"
        audit.record(actor=by, action=action, subject=member, before=None, after={"fields": fields, "source": source})
        duplicates.refresh([member.pk])
    return member


def apply(
    member: Member, values: Mapping[str, Any], *, by: User | None, source: MemberChange.Source
) -> list[MemberChange]:
    """Sets the values and returns a history row for each that is another than before. Saves nothing."""
    changes = []
    for name in rules.NAMES:
        before = getattr(member, name)
        if name in values and before != values[name]:
            changes.append(change_of(member, name, before, values[name], by, source))
            setattr(member, name, values[name])
    fold(member)
    return changes


def write_history(changes: Sequence[MemberChange]) -> None:
    """Saves the rows with ids that fall, so that the history, newest first, has those of one moment in this order."""
    for change, key in zip(changes, sorted((change.pk for change in changes), reverse=True), strict=True):
        change.pk = key
    copy_rows(MemberChange, changes)


def change_of(
    member: Member, name: str, before: Any, after: Any, by: User | None, source: MemberChange.Source
) -> MemberChange:
    return MemberChange(
        member=member,
        field=name,
        before=rules.written(before),
        after=rules.written(after),
        changed_by=by,
        source=source,
    )


def refuse_merged(member: Member) -> None:
    if member.merged_into_id is not None:
        raise Refused(AccountRefusal.MEMBER_MERGED)


@transaction.atomic
def remove_own(*, person: User) -> None:
    """Removes the person's member data with its history, and what was merged into it."""
    lock_until_commit(LOCK)
    member = Member.objects.filter(person=person).first()
    if member is not None:
        audit.record(actor=person, action="member data removed", subject=member, before=None, after=None)
        member.delete()


@transaction.atomic
def merge(*, keep: Member, drop: Member, by: User, reason: str) -> MemberMerge:
    """Makes two members one. `keep` gets the values that it lacks, the designations of both and the account of `drop`.

    Refuses two members that belong to two people, and members that were merged before.
    """
    if not reason.strip():
        raise Refused(Refusal.INVALID, fields={"reason": ["Say why they are the same person."]})
    lock_until_commit(LOCK)
    keep, drop = _locked_pair(keep, drop)
    wanted = _lacking(keep, drop)
    both = rules.ordered({*keep.designations, *drop.designations})
    if both != keep.designations:
        wanted["designations"] = both
    before = {name: _plain(getattr(keep, name)) for name in wanted}
    changes = apply(keep, wanted, by=by, source=Source.MERGE)
    person, is_moved = drop.person, drop.person is not None
    drop.merged_into, drop.person = keep, None
    drop.save(update_fields=["merged_into", "person", "changed_at"])
    if person is not None:
        changes.append(change_of(keep, MOVED, "", str(person.pk), by, Source.MERGE))
        keep.person, keep.shows_on_profile = person, drop.shows_on_profile
    keep.save()
    write_history(changes)
    merged = MemberMerge.objects.create(
        kept=keep, dropped=drop, reason=reason.strip(), before=before, moved_person=is_moved, merged_by=by,
        after={name: _plain(value) for name, value in wanted.items()},
    )  # fmt: skip
    facts = {"dropped": str(drop.pk), "fields": sorted(wanted)}
    audit.record(actor=by, action="members merged", subject=keep, before=None, after=facts)
    duplicates.refresh([keep.pk, drop.pk])
    return merged


def _lacking(keep: Member, drop: Member) -> dict[str, Any]:
    """Returns the values that only `drop` has. No part of another licence: a number with the expiry of another would be wrong."""
    is_other_license = any(
        getattr(keep, name) and getattr(drop, name) and getattr(keep, name) != getattr(drop, name)
        for name in ("license_folded", "license_state")
    )
    others = {"designations", *(rules.LICENSE if is_other_license else ())}
    return {
        name: getattr(drop, name)
        for name in rules.NAMES
        if name not in others and not getattr(keep, name) and getattr(drop, name)
    }


def _locked_pair(keep: Member, drop: Member) -> tuple[Member, Member]:
    if keep.pk == drop.pk:
        raise Refused(Refusal.INVALID, fields={"drop": ["Choose two different members."]})
    rows = Member.objects.select_for_update(of=("self",)).in_bulk([keep.pk, drop.pk])
    keep, drop = rows[keep.pk], rows[drop.pk]
    refuse_merged(keep)
    refuse_merged(drop)
    if keep.person_id is not None and drop.person_id is not None:
        raise Refused(AccountRefusal.MEMBERS_OF_TWO_PEOPLE)
    return keep, drop


@transaction.atomic
def unmerge(*, merged: MemberMerge, by: User) -> MemberMerge:
    """Takes a merge back: both members are as before it. Values that were changed again since then stay.

    Taking back what was taken back changes nothing. Refuses while the kept member is itself merged into another.
    """
    lock_until_commit(LOCK)
    merged = MemberMerge.objects.select_for_update(of=("self",)).get(pk=merged.pk)
    if merged.undone_at is not None:
        return merged
    keep = Member.objects.select_for_update(of=("self",)).get(pk=merged.kept_id)
    drop = Member.objects.select_for_update(of=("self",)).get(pk=merged.dropped_id)
    refuse_merged(keep)
    unchanged = [name for name, value in merged.after.items() if _plain(getattr(keep, name)) == value]
    changes = apply(
        keep, {name: _restored(name, merged.before[name]) for name in unchanged}, by=by, source=Source.UNMERGE
    )
    drop.merged_into = None
    if merged.moved_person and keep.person is not None:
        changes.append(change_of(keep, MOVED, str(keep.person.pk), "", by, Source.UNMERGE))
        drop.person, drop.shows_on_profile = keep.person, keep.shows_on_profile
        keep.person, keep.shows_on_profile = None, False
    keep.save()
    drop.save()
    write_history(changes)
    merged.undone_at, merged.undone_by = clock.now(), by
    merged.save(update_fields=["undone_at", "undone_by", "changed_at"])
    facts = {"dropped": str(drop.pk), "fields": sorted(unchanged)}
    audit.record(actor=by, action="merge of members taken back", subject=keep, before=None, after=facts)
    duplicates.refresh([keep.pk, drop.pk])
    return merged


def _plain(value: Any) -> Any:
    """Returns the value as JSON keeps it."""
    return value.isoformat() if isinstance(value, date) else value


def _restored(name: str, value: Any) -> Any:
    """Returns the value that `_plain` wrote."""
    return date.fromisoformat(value) if name == "license_expires" and value else value


@transaction.atomic
def dismiss(*, duplicate: MemberDuplicate, by: User) -> None:
    """Notes that two members are different people, so that they are not shown as duplicates again."""
    changed = MemberDuplicate.objects.filter(pk=duplicate.pk, dismissed_at=None).update(
        dismissed_at=clock.now(), dismissed_by=by
    )
    if changed:
        facts = {"other": str(duplicate.second_id)}
        audit.record(actor=by, action="members told apart", subject=duplicate.first, before=None, after=facts)


def people_by_address(addresses: Iterable[str]) -> dict[str, User]:
    """Returns the people without member data who have verified one of these addresses, by address. One query."""
    owners = User.objects.filter(emailaddress__email__in=set(addresses), emailaddress__verified=True, member=None)
    return {person.email: person for person in owners.filter(is_active=True)}
