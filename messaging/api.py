"""`/api/conversations/…`: a person's conversations, their messages, and what can be done with them."""

from __future__ import annotations

from typing import Annotated
from uuid import UUID

from django.http import Http404, HttpRequest
from ninja import Body, Query, Router, Status
from pydantic import ConfigDict, Field

from accounts.access import SignedInRequest
from accounts.models import User
from accounts.queries import public_builder
from core import clock, flags
from core.api import BadBody, In, SuccessBody, parsed, renamed_fields, signed_in, validated
from core.errors import Refusal, Refused
from core.ids import parse_uuid
from messaging import opening, queries, reports, services
from messaging.files import accepted_files
from messaging.flags import MESSAGING
from messaging.limits import SENDS
from messaging.models import Message
from messaging.queries import Pair, pair_for
from messaging.schemas import (
    BlockAnswer,
    ConversationAnswer,
    ConversationOut,
    ConversationsAnswer,
    EditIn,
    MessageAnswer,
    MessageIn,
    MessageOut,
    MessagesAnswer,
    QuestionIn,
    ReadAnswer,
    ReadIn,
    ReadUpToOut,
    ReportIn,
)

router = Router(tags=["Conversations"])
MULTIPART = {"text", "clientKey", "replyTo"}


def own_conversation(request: HttpRequest) -> User:
    """Authenticates a request for one conversation: one of others is a 404, before the body is checked."""
    person: User = signed_in(request)
    match = request.resolver_match
    assert match is not None
    pair = pair_for(person, match.kwargs["id"])
    if "message_id" in match.kwargs:
        _message(pair, match.kwargs["message_id"])
    setattr(request, "pair", pair)  # noqa: B010  (the type of requests has no such attribute)
    return person


def _pair(request: HttpRequest) -> Pair:
    pair: Pair = request.pair  # type: ignore[attr-defined]  # set by own_conversation
    return pair


def _message(pair: Pair, identity: object) -> Message:
    key = parse_uuid(identity)
    message = Message.objects.filter(conversation=pair.conversation_id, pk=key).first() if key else None
    if message is None:
        raise Http404
    return message


def _out(request: SignedInRequest, pair: Pair, messages: list[Message]) -> list[MessageOut]:
    queries.with_senders(pair, messages)
    cards = queries.cards_for(messages, reader=request.user, path="", now=clock.now())
    return [MessageOut.of(message, cards) for message in messages]


class ConversationsQuery(In):
    model_config = ConfigDict(extra="ignore")
    unread: bool = False
    q: str = ""
    limit: Annotated[int, Field(ge=1, le=100)] = 24
    cursor: str | None = None


@router.get(
    "/conversations",
    response=ConversationsAnswer,
    auth=signed_in,
    by_alias=True,
    summary="My conversations",
    operation_id="messaging_api_conversations",
)
def conversations(request: SignedInRequest, query: Query[ConversationsQuery]) -> ConversationsAnswer:
    """Unread ones first, then by the newest message; `q` searches names and messages."""
    page = queries.inbox(
        request.user, q=query.q.strip()[:80], unread=query.unread, limit=query.limit, cursor=query.cursor
    )
    listed = queries.listed(page.rows)
    newest = [row.last for row in listed if row.last]
    cards = queries.cards_for(newest, reader=request.user, path="", now=clock.now())
    return ConversationsAnswer(
        conversations=[ConversationOut.of(row, cards) for row in listed],
        unread_total=queries.unread_total(request.user),
        next_cursor=page.next_cursor,
    )


@router.post(
    "/conversations",
    response={200: ConversationAnswer, 201: ConversationAnswer},
    auth=signed_in,
    by_alias=True,
    summary="Ask a builder",
    operation_id="messaging_api_ask",
)
def ask(request: SignedInRequest, payload: Body[QuestionIn]) -> Status[ConversationAnswer]:
    """Sends a question to a builder before the first booking, or a message into the conversation that there is."""
    if not flags.is_on(request, MESSAGING):
        raise Http404
    profile = public_builder(payload.builder_id)
    if profile is None or profile.user_id == request.user.pk:
        raise Http404
    SENDS.hit(str(request.user.pk))
    sent = opening.ask(client=request.user, builder=profile.user, text=payload.text, client_key=payload.client_key)
    pair = pair_for(request.user, sent.message.conversation_id)
    (listed,) = queries.listed([pair.me])
    (message,) = _out(request, pair, [sent.message])
    answer = ConversationAnswer(conversation=ConversationOut.of(listed, {}), message=message)
    return Status(201 if sent.is_new else 200, answer)


class MessagesQuery(In):
    model_config = ConfigDict(extra="ignore")
    after: UUID | None = None
    before: UUID | None = None
    limit: Annotated[int, Field(ge=1, le=100)] = 50


@router.get(
    "/conversations/{id}/messages",
    response=MessagesAnswer,
    auth=own_conversation,
    by_alias=True,
    summary="Messages",
    operation_id="messaging_api_messages",
)
def messages(request: SignedInRequest, id: str, query: Query[MessagesQuery]) -> MessagesAnswer:
    """Oldest first: the newest, those after a message, or those before one. `nextCursor` is the id to go on with."""
    pair, limit = _pair(request), query.limit
    if query.after:
        first = _number(pair, "after", query.after) + 1
        last = first + limit - 1
    else:
        last = _number(pair, "before", query.before) - 1 if query.before else pair.newest
        first = max(1, last - limit + 1)
    rows = queries.messages_of(pair, first=first, last=last)
    more = last < pair.newest if query.after else first > 1
    edge = (rows[-1] if query.after else rows[0]) if rows and more else None
    return MessagesAnswer(
        messages=_out(request, pair, rows),
        read_up_to=_read_up_to(pair),
        next_cursor=str(edge.pk) if edge else None,
    )


def _number(pair: Pair, name: str, identity: UUID) -> int:
    number = Message.objects.filter(conversation=pair.conversation_id, pk=identity).values_list("number", flat=True)
    if not number:
        raise Refused(Refusal.INVALID, fields={name: ["This message is not part of the conversation."]})
    return int(number[0])


def _read_up_to(pair: Pair) -> ReadUpToOut:
    """Returns the newest messages that both have read; of the other only where both share it. One query."""
    numbers = {"me": pair.me.read_number, "them": pair.other.read_number if pair.shows_seen else 0}
    rows = Message.objects.filter(conversation=pair.conversation_id, number__in=set(numbers.values()))
    ids = dict(rows.values_list("number", "pk"))
    return ReadUpToOut(me=ids.get(numbers["me"]), them=ids.get(numbers["them"]))


@router.post(
    "/conversations/{id}/messages",
    response={200: MessageAnswer, 201: MessageAnswer},
    auth=own_conversation,
    by_alias=True,
    summary="Send a message",
    operation_id="messaging_api_send",
    openapi_extra={
        "requestBody": {
            "required": True,
            "content": {
                "application/json": {"schema": MessageIn.model_json_schema(by_alias=True)},
                "multipart/form-data": {
                    "schema": {
                        "type": "object",
                        "required": ["clientKey"],
                        "properties": {
                            "files": {"type": "array", "items": {"type": "string", "format": "binary"}},
                            "text": {"type": "string"},
                            "clientKey": {"type": "string"},
                            "replyTo": {"type": "string", "format": "uuid"},
                        },
                    }
                },
            },
        }
    },
)
def send(request: SignedInRequest, id: str) -> Status[MessageAnswer]:
    """As JSON, or multipart with `files`. The same `clientKey` again is the same message: 200 instead of 201."""
    pair = _pair(request)
    if request.content_type == "multipart/form-data":
        if set(request.POST) - MULTIPART or set(request.FILES) - {"files"}:
            raise BadBody(Refusal.INVALID, fields={"files": ["Send `files`, `text`, `clientKey` and `replyTo` only."]})
        payload, uploads = validated(MessageIn, request.POST.dict()), request.FILES.getlist("files")
    else:
        payload, uploads = parsed(request, MessageIn), []
    SENDS.hit(str(request.user.pk))  # before pictures are read, which takes long
    files = accepted_files(uploads)
    with renamed_fields(reply_to="replyTo", file="files"):
        sent = services.send(
            sender=pair.me, text=payload.text, client_key=payload.client_key, reply_to=payload.reply_to, files=files
        )
    (message,) = _out(request, pair, [sent.message])
    return Status(201 if sent.is_new else 200, MessageAnswer(message=message))


@router.patch(
    "/conversations/{id}/messages/{message_id}",
    response=MessageAnswer,
    auth=own_conversation,
    by_alias=True,
    summary="Edit a message",
    operation_id="messaging_api_edit",
)
def edit(request: SignedInRequest, id: str, message_id: str, payload: Body[EditIn]) -> MessageAnswer:
    """One's own, for ten minutes."""
    pair = _pair(request)
    message = services.edit(message=_message(pair, message_id), by=pair.me, text=payload.text)
    return MessageAnswer(message=_out(request, pair, [message])[0])


@router.delete(
    "/conversations/{id}/messages/{message_id}",
    response=MessageAnswer,
    auth=own_conversation,
    by_alias=True,
    summary="Delete a message",
    operation_id="messaging_api_delete",
)
def delete(request: SignedInRequest, id: str, message_id: str) -> MessageAnswer:
    """One's own, for ten minutes. The message stays, with the kind `deleted` and without its words."""
    pair = _pair(request)
    message = services.delete(message=_message(pair, message_id), by=pair.me)
    return MessageAnswer(message=_out(request, pair, [message])[0])


@router.post(
    "/conversations/{id}/read",
    response=ReadAnswer,
    auth=own_conversation,
    by_alias=True,
    summary="Mark as read",
    operation_id="messaging_api_read",
)
def read(request: SignedInRequest, id: str, payload: Body[ReadIn]) -> ReadAnswer:
    """Up to this message; an older one changes nothing."""
    pair = _pair(request)
    number = _number(pair, "upTo", payload.up_to)
    services.read(by=pair.me, up_to=number, now=clock.now())
    pair.me.read_number = max(pair.me.read_number, number)
    return ReadAnswer(read_up_to=_read_up_to(pair))


@router.post(
    "/conversations/{id}/typing",
    response=SuccessBody,
    auth=own_conversation,
    by_alias=True,
    summary="Say that you are typing",
    operation_id="messaging_api_typing",
)
def typing(request: SignedInRequest, id: str) -> SuccessBody:
    """Shown on the other's open page for six seconds, and not stored."""
    services.typing(by=_pair(request).me)
    return SuccessBody()


@router.post(
    "/conversations/{id}/report",
    response={201: SuccessBody},
    auth=own_conversation,
    by_alias=True,
    summary="Report a message",
    operation_id="messaging_api_report",
)
def report(request: SignedInRequest, id: str, payload: Body[ReportIn]) -> Status[SuccessBody]:
    """One of the other's. Support reads it with the lines around it."""
    pair = _pair(request)
    reports.report(message=_message(pair, payload.message_id), by=pair.me, reason=payload.reason)
    return Status(201, SuccessBody())


@router.post(
    "/conversations/{id}/block",
    response=BlockAnswer,
    auth=own_conversation,
    by_alias=True,
    summary="Block",
    operation_id="messaging_api_block",
)
def block(request: SignedInRequest, id: str) -> BlockAnswer:
    """Neither of the two can write any more."""
    services.block(by=_pair(request).me, is_blocked=True)
    return BlockAnswer(blocked=True)


@router.delete(
    "/conversations/{id}/block",
    response=BlockAnswer,
    auth=own_conversation,
    by_alias=True,
    summary="End a block",
    operation_id="messaging_api_unblock",
)
def unblock(request: SignedInRequest, id: str) -> BlockAnswer:
    """By whoever has blocked."""
    services.block(by=_pair(request).me, is_blocked=False)
    return BlockAnswer(blocked=False)
