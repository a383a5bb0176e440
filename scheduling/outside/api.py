"""`/api/scheduling/calendars`: builders connect calendars, see how well they are read, and when they are busy there."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Annotated, Any, Literal
from uuid import UUID

from django.db.models import Count, Q, QuerySet
from django.http import Http404, HttpRequest
from ninja import Body, Query, Router, Status
from pydantic import StringConstraints

from accounts.access import SignedInRequest, builder_only
from accounts.models import User
from connections.caldav.providers import server_address
from connections.flags import CALENDARS
from connections.ical.reader import host_of, normal_address
from connections.models import Connection
from core import clock, flags
from core.api import In, Line, Out, SuccessBody, Text, Truth, renamed_fields
from core.errors import Refusal, Refused
from core.openapi import DayOrInstantText, InstantText
from core.requests import find_or_404
from scheduling.api import MOST_DAYS, Params, edge, shown, zone_of
from scheduling.limits import CALENDAR_READS
from scheduling.outside import accounts, queries, services

router = Router(tags=["Scheduling"])
PATIENCE = 120
STATUS = {Connection.State.NEW: "never", Connection.State.GOOD: "ok"}
Kind = Literal["ical", "caldav"]
FailSafe = Literal["closed", "request"]
Name = Annotated[Line, StringConstraints(strip_whitespace=True, min_length=1, max_length=60)]
Address = Annotated[Text, StringConstraints(strip_whitespace=True, min_length=1, max_length=2_000)]
Username = Annotated[Line, StringConstraints(min_length=1, max_length=254, pattern="^[^:]*$")]
Password = Annotated[Line, StringConstraints(min_length=1, max_length=500)]


class AccountCalendarOut(Out):
    id: UUID
    name: str
    counts: bool
    can_write: bool
    is_written: bool


class CalendarOut(Out):
    id: UUID
    kind: str
    name: str
    status: str
    message: str | None
    checked_at: InstantText | None
    events: int
    fail_safe: str
    counts_all_day: bool
    calendars: list[AccountCalendarOut]

    @classmethod
    def of(cls, connection: Any, now: datetime) -> CalendarOut:
        """Describes a connection from `_own`."""
        failing = "broken" if connection.is_out_of_date(now) else "stale"
        return cls(
            id=connection.pk,
            kind=connection.service,
            name=connection.name,
            status=STATUS.get(connection.state, failing),
            message=connection.error or connection.warning or None,
            checked_at=shown(connection.read_at),
            events=connection.events,
            fail_safe=connection.when_unread,
            counts_all_day=connection.counts_all_day,
            calendars=[
                AccountCalendarOut(
                    id=calendar.pk, name=calendar.name, counts=calendar.counts, can_write=calendar.can_write,
                    is_written=calendar.is_written,
                )
                for calendar in connection.calendars.all()
            ],
        )  # fmt: skip


class CalendarAnswer(SuccessBody):
    calendar: CalendarOut


class CalendarsAnswer(SuccessBody):
    calendars: list[CalendarOut]


class BusyOut(Out):
    start_time: InstantText
    end_time: InstantText


class BusyAnswer(SuccessBody):
    busy: list[BusyOut]
    timezone: str


class CalendarIn(In):
    kind: Kind = "ical"
    url: Address
    name: Name | None = None
    username: Username | None = None
    password: Password | None = None
    fail_safe: FailSafe = "closed"
    counts_all_day: Truth = False


class AccountCalendarIn(In):
    id: UUID
    name: str | None = None
    counts: Truth
    can_write: Truth | None = None
    is_written: Truth = False


class CalendarChange(In):
    """Fields to change; those left out keep their value. With `url` or `password` the calendar is read anew."""

    name: Name | None = None
    url: Address | None = None
    username: Username | None = None
    password: Password | None = None
    fail_safe: FailSafe | None = None
    counts_all_day: Truth | None = None
    calendars: list[AccountCalendarIn] | None = None


class BusyQuery(Params):
    to: DayOrInstantText | None = None
    timezone: str | None = None


def own_calendar(request: HttpRequest) -> User:
    """Authenticates a builder and checks that the calendar is theirs, so that 404 comes before 422."""
    person = builder_only(request)
    match = request.resolver_match
    assert match is not None
    find_or_404(Connection.objects.calendars().filter(owner=person), match.kwargs["id"])
    return person


@router.get(
    "/scheduling/calendars",
    response=CalendarsAnswer,
    auth=builder_only,
    by_alias=True,
    summary="My connected calendars",
)
def calendars(request: SignedInRequest) -> CalendarsAnswer:
    now = clock.now()
    return CalendarsAnswer(calendars=[CalendarOut.of(connection, now) for connection in _own(request.user)])


@router.post(
    "/scheduling/calendars",
    response={201: CalendarAnswer},
    auth=builder_only,
    by_alias=True,
    summary="Connect a calendar",
)
def connect_calendar(request: SignedInRequest, payload: Body[CalendarIn]) -> Status[CalendarAnswer]:
    """A secret iCal address, or an account of a CalDAV server with its name and an app password. It is read at once."""
    if not flags.is_on(request, CALENDARS):
        raise Http404
    CALENDAR_READS.hit(str(request.user.pk))
    choices: dict[str, Any] = {
        "counts_all_day": payload.counts_all_day,
        "when_unread": payload.fail_safe,
        "patience": PATIENCE,
    }
    with renamed_fields(address="url"):
        if payload.kind == "caldav":
            address = server_address("other", payload.url)
            name, username, password = payload.name or host_of(address)[:60], payload.username, payload.password
            if username is None or password is None:
                missing = "username" if username is None else "password"
                raise Refused(Refusal.INVALID, fields={missing: ["An account needs a user name and an app password."]})
            connection = accounts.connect(
                builder=request.user, name=name, address=address, username=username, password=password, **choices
            )  # fmt: skip
        else:
            name = payload.name or host_of(normal_address(payload.url))[:60] or "Calendar"
            connection = services.connect(builder=request.user, name=name, address=payload.url, **choices)
    return Status(201, _answer(request.user, connection.pk))


@router.get(
    "/scheduling/calendars/{id}", response=CalendarAnswer, auth=own_calendar, by_alias=True, summary="One of them"
)
def calendar(request: SignedInRequest, id: str) -> CalendarAnswer:
    return _answer(request.user, id)


@router.patch(
    "/scheduling/calendars/{id}", response=CalendarAnswer, auth=own_calendar, by_alias=True, summary="Change one"
)
def change_calendar(request: SignedInRequest, id: str, payload: Body[CalendarChange]) -> CalendarAnswer:
    """Every change is followed by a reading. `calendars` says which of an account's calendars count, and into which of
    them confirmed sessions are written; those left out do not count."""
    CALENDAR_READS.hit(str(request.user.pk))
    connection = find_or_404(_own(request.user), id)
    sent = payload.model_dump(exclude_none=True, exclude={"calendars", "url", "fail_safe"})
    changes = sent | ({"when_unread": payload.fail_safe} if payload.fail_safe else {})
    is_account = connection.is_account
    if not is_account and (payload.calendars is not None or sent.keys() & {"username", "password"}):
        raise Refused(Refusal.INVALID, "A calendar with an address does not have an account.")
    with renamed_fields(address="url"):
        if is_account and (changes or payload.url):
            address = server_address("other", payload.url) if payload.url else ""
            accounts.change(connection=connection, address=address, **changes)
        elif changes or payload.url:
            services.change(connection=connection, address=payload.url or "", **changes)
    if payload.calendars is not None:
        _choose(connection, payload.calendars)
    return _answer(request.user, id)


@router.delete(
    "/scheduling/calendars/{id}", response=CalendarAnswer, auth=own_calendar, by_alias=True, summary="Remove one"
)
def remove_calendar(request: SignedInRequest, id: str) -> CalendarAnswer:
    answer = _answer(request.user, id)
    services.disconnect(connection=find_or_404(_own(request.user), id))
    return answer


@router.post(
    "/scheduling/calendars/{id}/refresh",
    response={202: CalendarAnswer},
    auth=own_calendar,
    by_alias=True,
    summary="Read one now",
)
def read_calendar(request: SignedInRequest, id: str) -> Status[CalendarAnswer]:
    """Whether it could be read is in `status` and `message`."""
    CALENDAR_READS.hit(str(request.user.pk))
    services.sync_now(connection=find_or_404(_own(request.user), id))
    return Status(202, _answer(request.user, id))


@router.get(
    "/scheduling/calendars/{id}/busy", response=BusyAnswer, auth=own_calendar, by_alias=True, summary="When I am busy"
)
def busy(request: SignedInRequest, id: str, query: Query[BusyQuery]) -> BusyAnswer:
    """The busy times that overlap the window: 14 days, unless `from` and `to` say otherwise; 62 days at most."""
    connection = find_or_404(_own(request.user), id)
    zone_name = query.timezone or request.user.timezone
    zone = zone_of(zone_name)
    first = request.GET.get("from")
    start = edge("from", first, zone, is_end=False) if first else int(clock.now().timestamp())
    end = edge("to", query.to, zone, is_end=True) if query.to else start + 14 * 86_400
    if end < start:
        raise Refused(Refusal.INVALID, fields={"to": ["This is before “from”."]})
    if end - start > timedelta(days=MOST_DAYS).total_seconds() + 7_200:
        raise Refused(Refusal.INVALID, fields={"to": [f"Ask for at most {MOST_DAYS} days."]})
    rows = queries.busy_between(connection, start, end)
    return BusyAnswer(
        busy=[
            BusyOut(start_time=shown(row.during.lower) or "", end_time=shown(row.during.upper) or "") for row in rows
        ],
        timezone=zone_name,
    )


def _own(person: User) -> QuerySet[Connection]:
    """Returns the person's connected calendars, each with the number of busy times that were read in it."""
    live = Q(reservations__released_at__isnull=True) & ~Q(reservations__source_key=queries.UNREAD)
    own = Connection.objects.calendars().filter(owner=person).select_related("owner").prefetch_related("calendars")
    return own.annotate(events=Count("reservations", filter=live))


def _answer(person: User, identity: UUID | str) -> CalendarAnswer:
    connection = find_or_404(_own(person), str(identity))
    return CalendarAnswer(calendar=CalendarOut.of(connection, clock.now()))


def _choose(connection: Connection, wanted: list[AccountCalendarIn]) -> None:
    known = {calendar.pk for calendar in connection.calendars.all()}
    if unknown := [str(entry.id) for entry in wanted if entry.id not in known]:
        raise Refused(Refusal.INVALID, fields={"calendars": [f"There is no calendar {unknown[0]} in this account."]})
    written = [entry.id for entry in wanted if entry.is_written]
    if len(written) > 1:
        raise Refused(Refusal.INVALID, fields={"calendars": ["Sessions can be written to only one calendar."]})
    with renamed_fields(written="calendars"):
        accounts.choose(
            connection=connection,
            counted={entry.id for entry in wanted if entry.counts},
            written=written[0] if written else None,
        )
