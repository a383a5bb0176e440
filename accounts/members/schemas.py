"""The JSON of `/api/members/…`."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any, Literal
from uuid import UUID

from pydantic import ConfigDict, Field, StringConstraints

from accounts.members import rules
from accounts.members.rules import written
from accounts.members.tables import RowError
from accounts.models import Member, MemberChange, MemberDuplicate, MemberImport, MemberMerge
from core.api import In, Out, SuccessBody, Text, Truth
from core.openapi import DateText

Sent = Annotated[str, StringConstraints(strip_whitespace=True, max_length=2000)]


class MembersQuery(In):
    """The filters of the list. `expiringWithin` is a number of days; 0 means today."""

    model_config = ConfigDict(extra="ignore")
    status: Literal["Active", "Inactive", ""] = ""
    office: str = Field("", max_length=255)
    expiring_within: int | None = Field(None, ge=0, le=3650)
    q: str = Field("", max_length=200)
    limit: int = Field(24, ge=1, le=100)
    cursor: str | None = None


class MemberExportQuery(In):
    model_config = ConfigDict(extra="ignore")
    status: Literal["Active", "Inactive", ""] = ""
    office: str = Field("", max_length=255)
    expiring_within: int | None = Field(None, ge=0, le=3650)
    q: str = Field("", max_length=200)


class ImportQuery(In):
    """Without `dryRun=false`, a file is checked only. `allowIncomplete=true` takes rows that lack something for their type."""

    model_config = ConfigDict(extra="ignore")
    dry_run: bool = True
    allow_incomplete: bool = False


class MemberOut(Out):
    id: UUID
    user_id: UUID | None
    member_key: str
    member_status: str
    member_type: str
    full_name: str
    email: str
    designations: list[str]
    license_number: str
    license_state: str
    license_expires: DateText | None
    company_name: str
    office_name: str
    shows_on_profile: bool
    missing_fields: list[str]

    @classmethod
    def of(cls, member: Member) -> MemberOut:
        values: dict[str, Any] = {name: getattr(member, name) for name in rules.NAMES}
        expires = member.license_expires
        return cls(
            **values | {"license_expires": expires.isoformat() if expires else None},
            id=member.pk,
            user_id=member.person_id,
            shows_on_profile=member.shows_on_profile,
            missing_fields=[rules.BY_NAME[name].wire for name in rules.missing(values)],
        )


class MemberIn(In):
    """All data of a member. `id`, `userId` and `missingFields` are read-only: they may be sent back as they were read."""

    member_key: Sent
    member_status: Sent
    member_type: Sent
    full_name: Sent | None = None
    email: Sent | None = None
    designations: list[Sent] = Field([], max_length=50)
    license_number: Sent = ""
    license_state: Sent = ""
    license_expires: Sent | None = None
    company_name: Sent = ""
    office_name: Sent = ""
    shows_on_profile: Truth | None = None
    id: UUID | None = None
    user_id: UUID | None = None
    missing_fields: list[str] | None = None

    def texts(self) -> dict[str, str]:
        """Returns what was sent, by field; fields that were not sent and may be left out are missing."""
        texts = {name: written(getattr(self, name)) for name in rules.NAMES}
        return {
            name: text for name, text in texts.items() if getattr(self, name) is not None or name == "license_expires"
        }

    def changed_read_only(self, member: Member | None) -> list[str]:
        """Returns the read-only fields that were sent with another value than the stored one."""
        if member is None:
            return [name for name in ("id", "missing_fields") if getattr(self, name) is not None]
        stored = MemberOut.of(member)
        names = ("id", "user_id", "missing_fields")
        return [
            name for name in names if name in self.model_fields_set and getattr(self, name) != getattr(stored, name)
        ]


class MemberAnswer(SuccessBody):
    member: MemberOut


class MembersAnswer(SuccessBody):
    members: list[MemberOut]
    next_cursor: str | None


class MemberChangeOut(Out):
    """One change of one field. `by` is null if Waymark did it or the person has no account any more."""

    at: datetime
    field: str
    before: str
    after: str
    source: str
    by: UUID | None

    @classmethod
    def of(cls, change: MemberChange) -> MemberChangeOut:
        known = rules.BY_NAME.get(change.field)
        return cls(
            at=change.created_at, field=known.wire if known else "userId", before=change.before, after=change.after,
            source=change.source, by=change.changed_by_id,
        )  # fmt: skip


class MemberHistoryAnswer(SuccessBody):
    history: list[MemberChangeOut]


class DuplicateOut(Out):
    id: UUID
    reason: Literal["key", "license", "name"]
    likeness: float
    members: list[MemberOut]

    @classmethod
    def of(cls, pair: MemberDuplicate) -> DuplicateOut:
        reason: Any = pair.reason
        both = [MemberOut.of(pair.first), MemberOut.of(pair.second)]
        return cls(id=pair.pk, reason=reason, likeness=float(pair.likeness), members=both)


class DuplicatesAnswer(SuccessBody):
    duplicates: list[DuplicateOut]


class MergeIn(In):
    """The ids of two members, or of their people. `keep` gets what it lacks from `drop`."""

    keep: UUID
    drop: UUID
    reason: Annotated[Text, StringConstraints(max_length=500)]


class MergeOut(Out):
    id: UUID
    keep: UUID
    drop: UUID
    reason: str
    merged_at: datetime
    undone_at: datetime | None

    @classmethod
    def of(cls, merged: MemberMerge) -> MergeOut:
        return cls(
            id=merged.pk, keep=merged.kept_id, drop=merged.dropped_id, reason=merged.reason,
            merged_at=merged.created_at, undone_at=merged.undone_at,
        )  # fmt: skip


class MergeAnswer(SuccessBody):
    merge: MergeOut
    member: MemberOut


class RowErrorOut(Out):
    """What is wrong in a row of a file; row 1 is the header, and an empty `field` means the whole row."""

    row: int
    field: str
    why: str

    @classmethod
    def of(cls, error: RowError) -> RowErrorOut:
        return cls(row=error.row, field=error.field, why=error.why)


class ImportAnswer(SuccessBody):
    """What a file contains and what is wrong in it. `state` is CHECKED after a dry run, DONE once the rows without errors
    are saved, and SAVING while a worker still saves the rows of a large file."""

    import_id: UUID | None
    state: Literal["CHECKED", "SAVING", "DONE"]
    rows: int
    done: int
    added: int
    changed: int
    unchanged: int
    errors: list[RowErrorOut]
    ignored_columns: list[str]

    @classmethod
    def of(cls, row: MemberImport) -> ImportAnswer:
        state: Any = row.state.upper()
        return cls(
            import_id=row.pk, state=state, rows=row.rows, done=row.done, added=row.added, changed=row.changed,
            unchanged=row.unchanged, errors=[RowErrorOut.of(RowError(*error)) for error in row.errors],
            ignored_columns=row.ignored,
        )  # fmt: skip
