"""`/api/scheduling/calendly…`: a builder's Calendly account, and the runs that sync its event types."""

from __future__ import annotations

from django.http import Http404, HttpRequest
from ninja import Body, Router, Status

from accounts.access import SignedInRequest, builder_only
from accounts.models import User
from accounts.roles import Role
from connections.calendly import accounts, service
from connections.calendly.flags import CALENDLY
from core import flags
from core.api import signed_in
from core.errors import Refusal, Refused
from core.ids import parse_uuid
from scheduling.calendly import queries, services
from scheduling.calendly.schemas import ConnectionAnswer, ConnectionOut, SyncAnswer, SyncIn, SyncOut, TokenIn
from scheduling.limits import CALENDAR_READS

router = Router(tags=["Calendly"])


def builder_or_admin(request: HttpRequest) -> User:
    """Authenticates a builder or an admin, before the body is parsed."""
    person: User = signed_in(request)
    if not {Role.BUILDER, Role.ADMIN} & set(person.roles):
        raise Refused(Refusal.FORBIDDEN)
    return person


@router.get("/calendly", response=ConnectionAnswer, auth=builder_only, by_alias=True, summary="My Calendly account")
def calendly(request: SignedInRequest) -> ConnectionAnswer:
    return _answer(request.user)


@router.post("/calendly", response={201: ConnectionAnswer}, auth=builder_only, by_alias=True, summary="Connect it")
def connect_calendly(request: SignedInRequest, payload: Body[TokenIn]) -> Status[ConnectionAnswer]:
    """Tries out a personal access token and connects its account."""
    if not flags.is_on(request, CALENDLY):
        raise Http404
    CALENDAR_READS.hit(str(request.user.pk))
    service.connect_with_token(owner=request.user, token=payload.token)
    return Status(201, _answer(request.user))


@router.delete("/calendly", response=ConnectionAnswer, auth=builder_only, by_alias=True, summary="Disconnect it")
def disconnect_calendly(request: SignedInRequest) -> ConnectionAnswer:
    """Session types and bookings from Calendly stay."""
    account = accounts.account_of(request.user)
    if account is None:
        raise Http404
    services.disconnect(account=account, keeps_open=True, by=request.user)
    return _answer(request.user)


@router.post(
    "/calendly/sync-event-types",
    response={202: SyncAnswer},
    auth=builder_or_admin,
    by_alias=True,
    summary="Sync event types",
)
def sync_event_types(request: SignedInRequest, payload: Body[SyncIn] = SyncIn()) -> Status[SyncAnswer]:  # noqa: B008  (never changed)
    """Queues a run for your own event types; an admin names a builder. A run that is not finished is joined."""
    builder = _builder(request.user, payload.builder_id)
    CALENDAR_READS.hit(str(request.user.pk))
    return Status(202, SyncAnswer(sync=SyncOut.of(services.request_sync(builder=builder))))


@router.get(
    "/calendly/sync-event-types/{id}",
    response=SyncAnswer,
    auth=builder_or_admin,
    by_alias=True,
    summary="State of a sync",
)
def event_type_sync(request: SignedInRequest, id: str) -> SyncAnswer:
    identity = parse_uuid(id)
    run = queries.sync_of(identity) if identity else None
    if run is None or (run.account.owner_id != request.user.pk and Role.ADMIN not in request.user.roles):
        raise Http404
    return SyncAnswer(sync=SyncOut.of(run))


def _builder(person: User, builder_id: str | None) -> User:
    """Returns whose event types to sync: one's own, or for an admin those of the builder that is named."""
    if builder_id is None or builder_id == str(person.pk):
        if Role.BUILDER not in person.roles:
            raise Refused(Refusal.INVALID, fields={"builder_id": ["Name a builder."]})
        return person
    if Role.ADMIN not in person.roles:
        raise Refused(Refusal.FORBIDDEN)
    identity = parse_uuid(builder_id)
    builder = User.objects.filter(pk=identity, builder_profile__isnull=False).first() if identity else None
    if builder is None:
        raise Http404
    return builder


def _answer(person: User) -> ConnectionAnswer:
    account = accounts.account_of(person)
    run = queries.last_sync(account) if account else None
    return ConnectionAnswer(connection=ConnectionOut.of(account, run))
