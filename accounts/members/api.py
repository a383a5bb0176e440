"""`/api/members/…`: member data, its history, duplicates, merges, import and export."""

from __future__ import annotations

from typing import Any

from django.db.models import Q
from django.http import Http404, HttpRequest, HttpResponse
from ninja import Body, Query, Router

from accounts.access import SignedInRequest
from accounts.applications import may_prepare
from accounts.members import imports, queries, services, tables
from accounts.members.queries import MemberFilters
from accounts.members.schemas import (
    DuplicateOut,
    DuplicatesAnswer,
    ImportAnswer,
    ImportQuery,
    MemberAnswer,
    MemberChangeOut,
    MemberExportQuery,
    MemberHistoryAnswer,
    MemberIn,
    MemberOut,
    MembersAnswer,
    MembersQuery,
    MergeAnswer,
    MergeIn,
    MergeOut,
)
from accounts.members.tables import HEADER, as_json, row_of
from accounts.models import Member, MemberChange, MemberImport, MemberMerge, User
from accounts.models.members import MemberQuerySet
from accounts.roles import STAFF, Role
from core import clock
from core.api import BadBody, signed_in
from core.csv_export import csv_response
from core.cursors import page_of
from core.errors import Refusal, Refused
from core.ids import parse_uuid
from core.requests import find_or_404

router = Router(tags=["Members"])
MOST_PAIRS, MOST_CHANGES = 200, 500
ORDER = ("name_folded", "id")
CSV_BODY: dict[str, Any] = {
    "requestBody": {
        "required": True,
        "content": {
            "text/csv": {"schema": {"type": "string"}},
            "multipart/form-data": {
                "schema": {
                    "type": "object",
                    "required": ["file"],
                    "properties": {"file": {"type": "string", "format": "binary"}},
                }
            },
        },
    }
}
CSV_ANSWER: dict[str, Any] = {
    "responses": {200: {"description": "OK", "content": {"text/csv": {"schema": {"type": "string"}}}}}
}
JSON_ANSWER: dict[str, Any] = {
    "responses": {
        200: {
            "description": "OK",
            "content": {"application/json": {"schema": {"type": "array", "items": {"type": "object"}}}},
        }
    }
}


def staff_only(request: HttpRequest) -> User:
    """Authenticates somebody from staff."""
    person: User = signed_in(request)
    if not STAFF & person.roles:
        raise Refused(Refusal.FORBIDDEN)
    return person


def admin_only(request: HttpRequest) -> User:
    """Authenticates an admin."""
    person: User = signed_in(request)
    if Role.ADMIN not in person.roles:
        raise Refused(Refusal.FORBIDDEN)
    return person


def may_save(request: HttpRequest) -> User:
    """Authenticates a builder for their own data and an admin for anybody's. What others have is a 404, before the body is
    checked; what support may read is refused."""
    person: User = signed_in(request)
    match = request.resolver_match
    assert match is not None
    identity = str(match.kwargs["user_id"])
    is_own, is_admin = parse_uuid(identity) == person.pk, Role.ADMIN in person.roles
    if not is_own and not STAFF & person.roles:
        raise Http404
    if _stored(identity) is None:
        _person(identity)
    if not is_own and not is_admin:
        raise Refused(Refusal.FORBIDDEN)
    return person


@router.get("/members", response=MembersAnswer, auth=staff_only, by_alias=True, summary="Members")
def members(request: SignedInRequest, query: Query[MembersQuery]) -> MembersAnswer:
    """By name. `q` searches name, key, address, licence, company and office; `office` is a whole company or office."""
    filters = query.model_dump(exclude={"limit", "cursor"})
    page = page_of(_matching(query), order=ORDER, limit=query.limit, cursor=query.cursor, filters=filters)
    return MembersAnswer(members=[MemberOut.of(member) for member in page.rows], next_cursor=page.next_cursor)


@router.get("/members/duplicates", response=DuplicatesAnswer, auth=staff_only, by_alias=True, summary="Duplicates")
def duplicates(request: SignedInRequest) -> DuplicatesAnswer:
    """Pairs of members that may be one person, the likeliest first; at most 200."""
    return DuplicatesAnswer(duplicates=[DuplicateOut.of(pair) for pair in queries.open_duplicates()[:MOST_PAIRS]])


@router.post("/members/merge", response=MergeAnswer, auth=admin_only, by_alias=True, summary="Merge two members")
def merge(request: SignedInRequest, payload: Body[MergeIn]) -> MergeAnswer:
    """One stays and gets what it lacks from the other one. It can be taken back."""
    keep, drop = queries.member_or_404(payload.keep), queries.member_or_404(payload.drop)
    merged = services.merge(keep=keep, drop=drop, by=request.user, reason=payload.reason)
    return _merge_answer(merged)


@router.post(
    "/members/merge/{id}/undo", response=MergeAnswer, auth=admin_only, by_alias=True, summary="Take a merge back"
)
def unmerge(request: SignedInRequest, id: str) -> MergeAnswer:
    """Both members are as before; values that were changed since then stay."""
    return _merge_answer(services.unmerge(merged=find_or_404(MemberMerge.objects.all(), id), by=request.user))


def _merge_answer(merged: MemberMerge) -> MergeAnswer:
    merged = MemberMerge.objects.select_related("kept").get(pk=merged.pk)
    return MergeAnswer(merge=MergeOut.of(merged), member=MemberOut.of(merged.kept))


@router.post(
    "/members/import", response=ImportAnswer, auth=admin_only, by_alias=True, summary="Import members",
    openapi_extra=CSV_BODY,
)  # fmt: skip
def import_members(request: SignedInRequest, query: Query[ImportQuery]) -> ImportAnswer:
    """A CSV file, as the body or as `file`. With `dryRun=true`, the default, nothing is saved. Otherwise the rows without
    errors are: of a file with more than 500 rows in a worker, which `GET /api/members/import/{id}` follows."""
    content = _sent_file(request)
    row = imports.begin(
        content=content, name="members.csv", by=request.user, allows_incomplete=query.allow_incomplete, waits=True
    )
    checked = ImportAnswer.of(row)
    if query.dry_run:
        return checked
    answer = ImportAnswer.of(imports.start(row=row, by=request.user))
    return answer.model_copy(update={"errors": checked.errors}) if answer.state == "SAVING" else answer


def _sent_file(request: SignedInRequest) -> bytes:
    if request.content_type != "multipart/form-data":
        return request.body
    file = request.FILES.get("file")
    if file is None or set(request.FILES) | set(request.POST) > {"file"}:
        raise BadBody(Refusal.INVALID, fields={"file": ["Send one file, as `file`."]})
    return bytes(file.read())


@router.get(
    "/members/import/{id}", response=ImportAnswer, auth=admin_only, by_alias=True, summary="How far an import is"
)
def member_import(request: SignedInRequest, id: str) -> ImportAnswer:
    return ImportAnswer.of(find_or_404(MemberImport.objects.exclude(state=MemberImport.State.CHECKING), id))


@router.get("/members/export.csv", auth=staff_only, summary="Members as CSV", openapi_extra=CSV_ANSWER)
def export_csv(request: SignedInRequest, query: Query[MemberExportQuery]) -> HttpResponse:
    """With the filters of the list. The file can be imported again."""
    matching = _matching(query)
    tables.record_download(by=request.user, rows=matching.count(), form="CSV")
    return csv_response("members.csv", HEADER, (row_of(member) for member in matching.iterator()))


@router.get("/members/export.json", auth=staff_only, summary="Members as JSON", openapi_extra=JSON_ANSWER)
def export_json(request: SignedInRequest, query: Query[MemberExportQuery]) -> list[dict[str, Any]]:
    """With the filters of the list."""
    matching = _matching(query)
    tables.record_download(by=request.user, rows=matching.count(), form="JSON")
    return [as_json(member) for member in matching.iterator()]


@router.get("/members/{user_id}", response=MemberAnswer, auth=signed_in, by_alias=True, summary="Member data")
def member(request: SignedInRequest, user_id: str) -> MemberAnswer:
    """One's own, or for staff anybody's; also by the id of a member without an account."""
    return MemberAnswer(member=MemberOut.of(_visible(request, user_id)))


@router.get(
    "/members/{user_id}/history", response=MemberHistoryAnswer, auth=signed_in, by_alias=True,
    summary="History of member data",
)  # fmt: skip
def member_history(request: SignedInRequest, user_id: str) -> MemberHistoryAnswer:
    """Each change of a field, the newest first; at most 500."""
    changes = _visible(request, user_id).changes.all()[:MOST_CHANGES]
    return MemberHistoryAnswer(history=[MemberChangeOut.of(change) for change in changes])


@router.put("/members/{user_id}", response=MemberAnswer, auth=may_save, by_alias=True, summary="Save member data")
def save_member(request: SignedInRequest, user_id: str, payload: Body[MemberIn]) -> MemberAnswer:
    """One's own, by builders; or anybody's, by admins. Fields that are left out become empty, but `fullName`, `email` and
    `showsOnProfile` keep their value."""
    stored = _stored(user_id)
    person = None if stored is not None else _person(user_id)
    if changed := payload.changed_read_only(stored):
        raise Refused(Refusal.INVALID, fields={name: ["This cannot be changed."] for name in changed})
    former = (stored.full_name, stored.email) if stored else (person.display_name, person.email) if person else ("", "")
    texts = dict(zip(("full_name", "email"), former, strict=True)) | payload.texts()
    is_own = parse_uuid(user_id) == request.user.pk
    saved = services.save(
        member=stored, values=services.parsed(texts), by=request.user, person=person,
        source=MemberChange.Source.OWN if is_own else MemberChange.Source.STAFF,
        shows_on_profile=payload.shows_on_profile,
    )  # fmt: skip
    return MemberAnswer(member=MemberOut.of(saved))


def _stored(user_id: str) -> Member | None:
    key = parse_uuid(user_id)
    return Member.objects.filter(Q(pk=key) | Q(person=key)).first() if key is not None else None


def _person(user_id: str) -> User:
    """Returns the person who has no member data yet. Raises Http404 for anybody who is no builder."""
    person = find_or_404(User.objects.filter(is_active=True), user_id)
    if not may_prepare(person):
        raise Http404
    return person


def _visible(request: SignedInRequest, user_id: str) -> Member:
    """Returns a member that the caller may read. Raises Http404."""
    if not STAFF & request.user.roles and parse_uuid(user_id) != request.user.pk:
        raise Http404
    return queries.member_or_404(user_id)


def _matching(query: MembersQuery | MemberExportQuery) -> MemberQuerySet:
    filters = MemberFilters(q=query.q, status=query.status, office=query.office, expiring=query.expiring_within)
    return queries.filtered(filters, clock.now().date())
