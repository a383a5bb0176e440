"""The page of a conversation, for people with an account and for guests: reading, sending and everything else."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.contrib import messages as toasts
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect

from accounts.models import User
from accounts.roles import Role
from core import clock
from core.errors import Refused
from core.htmx import render_page
from core.ids import parse_uuid, uuid7
from messaging import reports, saved_replies, services
from messaging.files import accepted_files
from messaging.live import topic_of
from messaging.models import Message
from messaging.queries import Pair
from messaging.rules import why_not_write
from messaging.stream import Line, lines_of, number_in, subject_of, window_of


@dataclass(frozen=True)
class ConversationAddresses:
    """The addresses of a conversation: its page, what is posted beside messages, and where its files are."""

    page: str
    act: str
    file: str  # with a nil UUID in the place of the file's
    back: str

    def of_file(self, pk: UUID) -> str:
        return self.file.replace(str(UUID(int=0)), str(pk))


def conversation_page(
    request: HttpRequest,
    pair: Pair,
    addresses: ConversationAddresses,
    *,
    template: str,
    more: Mapping[str, Any] | None = None,
) -> HttpResponse:
    """Shows the conversation; a POST sends a message. A refused message is shown again with the reason."""
    if request.method != "POST":
        return _shown(request, pair, addresses, template, more or {})
    try:
        sent = _send(request, pair)
    except Refused as error:
        if request.headers.get("HX-Request"):
            return HttpResponse(error.text, status=error.refusal.status, content_type="text/plain; charset=utf-8")
        typed = {"problem": error.text, "typed": request.POST.get("text", ""), **(more or {})}
        return _shown(request, pair, addresses, template, typed, status=error.refusal.status)
    if request.headers.get("HX-Request"):
        return HttpResponse(status=204)
    return redirect(f"{addresses.page}#m-{sent.message.number}")


def _send(request: HttpRequest, pair: Pair) -> services.Sent:
    files = accepted_files(request.FILES.getlist("files"))
    reply_to = parse_uuid(request.POST.get("reply_to")) if request.POST.get("reply_to") else None
    key = parse_uuid(request.POST.get("client_key"))
    return services.send(
        sender=pair.me,
        text=request.POST.get("text", ""),
        client_key=str(key or uuid7()),
        reply_to=reply_to,
        files=files,
    )


def _shown(
    request: HttpRequest,
    pair: Pair,
    addresses: ConversationAddresses,
    template: str,
    more: Mapping[str, Any],
    status: int = 200,
) -> HttpResponse:
    reader, now = request.user if isinstance(request.user, User) else None, clock.now()
    window = window_of(request.GET.dict(), pair.newest)
    new_after = request.GET.get("new_after", "")
    lines = lines_of(
        pair,
        window,
        reader=pair.me.user,
        path=addresses.page,
        now=now,
        new_after=int(new_after) if new_after.isascii() and new_after.isdigit() and len(new_after) < 10 else None,
    )
    context = {
        "pair": pair,
        "addresses": addresses,
        "window": window,
        "lines": lines,
        "subject": subject_of(lines),
        "topic": topic_of(pair.me),
        "preferences": pair.preferences(pair.me),
        "is_muted": pair.me.is_muted(now),
        "is_archived": pair.me.archived_number is not None and pair.me.archived_number >= pair.newest,
        "why_not": why_not_write(pair.me, pair.other),
        "client_key": uuid7(),
        "unread": max(0, pair.newest - pair.me.read_number),
        **_chosen(request, lines),
        **_replies(request, pair, reader, lines),
        **more,
    }
    return render_page(request, template, context, parts=("stream",), status=status)


def _chosen(request: HttpRequest, lines: list[Line]) -> dict[str, Message | None]:
    """Returns the messages that are answered, edited or reported, by the links in their menus."""
    shown = {line.message.pk: line for line in lines}
    chosen: dict[str, Message | None] = {}
    for name in ("reply", "edit", "report"):
        line = shown.get(parse_uuid(request.GET.get(name, "")) or UUID(int=0))
        is_possible = line is not None and (line.is_editable if name == "edit" else name == "reply" or not line.is_mine)
        chosen[name] = line.message if line is not None and is_possible else None
    return chosen


def _replies(request: HttpRequest, pair: Pair, reader: User | None, lines: list[Line]) -> dict[str, Any]:
    """Returns a builder's saved replies, and the text of the one that was chosen by its link. One query for builders."""
    if reader is None or Role.BUILDER not in reader.roles:
        return {}
    replies = saved_replies.filled_for(reader, pair.other.display_name, subject_of(lines))
    chosen = next((reply.text for reply in replies if str(reply.pk) == request.GET.get("saved")), "")
    return {"replies": replies, "typed": chosen, "may_save_replies": True}


def act(request: HttpRequest, pair: Pair, addresses: ConversationAddresses) -> HttpResponse:
    """Does what was posted: marks as read, says that somebody types, edits, deletes, reports, mutes, archives, blocks."""
    sent = request.POST
    try:
        done = _act(sent.dict(), pair)
    except Refused as error:
        if request.headers.get("HX-Request"):
            return HttpResponse(error.text, status=error.refusal.status, content_type="text/plain; charset=utf-8")
        toasts.error(request, error.text)
        return redirect(addresses.page)
    if request.headers.get("HX-Request"):
        return HttpResponse(status=204)
    if done:
        toasts.success(request, done)
    return redirect(addresses.back if "archive" in sent and sent["archive"] == "yes" else addresses.page)


def _act(sent: dict[str, str], pair: Pair) -> str:
    """Does the act and returns the words that confirm it, if any."""
    me, now = pair.me, clock.now()
    if "typing" in sent:
        services.typing(by=me)
    elif "read" in sent:
        services.read(by=me, up_to=number_in(sent["read"]) or pair.newest, now=now)
    elif "delete" in sent:
        services.delete(message=_message(pair, sent["delete"]), by=me)
    elif "edit" in sent:
        services.edit(message=_message(pair, sent["edit"]), by=me, text=sent.get("text", ""))
    elif "report" in sent:
        reason = sent.get("reason", "").strip() or "No reason was given."
        reports.report(message=_message(pair, sent["report"]), by=me, reason=reason)
        return "Thank you. Our support team will look at it."
    else:
        return _settings_act(sent, pair)
    return ""


def _settings_act(sent: dict[str, str], pair: Pair) -> str:
    me, name = pair.me, pair.other.display_name
    if "mute" in sent:
        is_muted = sent["mute"] == "yes"
        services.mute(by=me, now=clock.now(), is_muted=is_muted)
        return (
            "Muted. You will not get mails about new messages, and they are not counted as unread."
            if is_muted
            else "You will be notified of new messages again."
        )
    if "archive" in sent:
        is_archived = sent["archive"] == "yes"
        services.archive(by=me, is_archived=is_archived)
        return "Archived. It will come back with the next message." if is_archived else "Moved back to your inbox."
    if "block" in sent:
        is_blocked = sent["block"] == "yes"
        services.block(by=me, is_blocked=is_blocked)
        return f"You have blocked {name}." if is_blocked else f"{name} and you can write to each other again."
    raise Http404


def _message(pair: Pair, identity: str) -> Message:
    key = parse_uuid(identity)
    message = Message.objects.filter(conversation=pair.conversation_id, pk=key).first() if key else None
    if message is None:
        raise Http404
    return message
