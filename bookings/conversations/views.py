"""The messages of a booking: a panel on its page, and the whole conversation for guests, who have no inbox."""

from __future__ import annotations

from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from django.http import Http404, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from bookings.agreement.access import BookingAccess, member_and_guest
from bookings.conversations.delivery import is_with_oneself, open_for
from bookings.conversations.queries import pair_of_booking
from bookings.states import Side
from core.errors import Refused
from core.ids import parse_uuid, uuid7
from messaging import pages, services
from messaging.models import Participant
from messaging.pages import ConversationAddresses
from messaging.queries import Pair, latest_texts, pair_of_participant
from messaging.views import file_of

PAGE = ["GET", "HEAD", "POST"]
LINES_OF_PANEL = 3


def _messages(access: BookingAccess) -> HttpResponse:
    """Leads to the conversation, begins it, or shows the panel that a booking's page asks for."""
    if access.side == Side.SUPPORT or is_with_oneself(access.booking):
        raise Http404
    pair = pair_of_booking(access.booking, access.person)
    with timezone.override(ZoneInfo(access.zone)):
        if getattr(access.request, "htmx", None) and access.request.htmx.target == "messages-panel":  # type: ignore[attr-defined]  # set by django_htmx
            return _panel(access, pair)
        if pair is None:
            return _begin(access)
        if access.token:
            template = "bookings/conversations/guest.html"
            more = {"booking": access.booking}
            return pages.conversation_page(access.request, pair, _addresses(access), template=template, more=more)
    if access.request.method == "POST":
        return _begin(access)
    return redirect("messaging:conversation", pair.conversation_id)


def _addresses(access: BookingAccess) -> ConversationAddresses:
    return ConversationAddresses(
        page=access.url("messages"),
        act=access.url("messages_act"),
        file=access.url("messages_file", UUID(int=0)),
        back=access.url("booking"),
    )


def _panel(access: BookingAccess, pair: Pair | None) -> HttpResponse:
    """Renders the last messages, for the page of the booking."""
    context: dict[str, Any] = {"access": access, "latest": [], "pair": pair}
    if pair is not None:
        context["latest"] = latest_texts(pair, LINES_OF_PANEL)
    return render(access.request, "bookings/conversations/panel.html", context)


def _begin(access: BookingAccess) -> HttpResponse:
    """Shows the form for the first message, and sends it."""
    is_early = not access.booking.is_counting
    typed, problem, status = access.request.POST.get("text", ""), "", 200
    if access.request.method == "POST" and not is_early:
        try:
            key = parse_uuid(access.request.POST.get("client_key"))  # sending the form twice makes one message
            sent = services.send(sender=_part_of(access), text=typed, client_key=str(key or uuid7()))
        except Refused as error:
            problem, status = error.text, error.refusal.status
        else:
            if access.token:
                return redirect(access.url("messages"))
            return redirect("messaging:conversation", sent.message.conversation_id)
    context = {
        "access": access,
        "booking": access.booking,
        "typed": typed,
        "problem": problem,
        "is_early": is_early,
        "client_key": uuid7(),
    }
    return render(access.request, "bookings/conversations/begin.html", context, status=status)


def _part_of(access: BookingAccess) -> Participant:
    """Returns the reader's part in the conversation, which is opened if there is none."""
    client = open_for(access.booking)
    return client if access.side == Side.CLIENT else pair_of_participant(client).other


def _pair_of_guest(access: BookingAccess) -> Pair:
    pair = pair_of_booking(access.booking, None)
    if pair is None:
        raise Http404
    return pair


def _act(access: BookingAccess) -> HttpResponse:
    return pages.act(access.request, _pair_of_guest(access), _addresses(access))


def _file(access: BookingAccess, pk: UUID) -> HttpResponseBase:
    return file_of(access.request, _pair_of_guest(access).conversation_id, pk)


messages, guest_messages = (require_http_methods(PAGE)(view) for view in member_and_guest(_messages))
_, guest_messages_act = (require_POST(view) for view in member_and_guest(_act))
_, guest_messages_file = (require_safe(view) for view in member_and_guest(_file))
