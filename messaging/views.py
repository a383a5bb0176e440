"""Pages of messages: the inbox, a conversation, its files, asking a builder, preferences and saved replies."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.conf import settings
from django.contrib import messages as toasts
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.access import SignedInRequest
from accounts.models import BuilderProfile
from accounts.queries import public_builder
from accounts.roles import Role
from core import flags
from core.access import role_required, signed_in
from core.errors import Refused
from core.forms import add_refusal
from core.htmx import render_page
from core.ids import parse_uuid, uuid7
from core.uploads import download_response
from messaging import opening, pages, queries, saved_replies
from messaging.flags import MESSAGING
from messaging.forms import PreferencesForm, SavedReplyForm
from messaging.mail_answers import addresses
from messaging.models import Attachment, MessagePreferences, SavedReply
from messaging.pages import ConversationAddresses
from messaging.queries import pair_for

PAGE = ["GET", "HEAD", "POST"]
SHOWS = {"": "Inbox", "unread": "Unread", "archived": "Archived"}


def addresses_of(conversation: UUID) -> ConversationAddresses:
    return ConversationAddresses(
        page=reverse("messaging:conversation", args=[conversation]),
        act=reverse("messaging:act", args=[conversation]),
        file=reverse("messaging:file", args=[conversation, UUID(int=0)]),
        back=reverse("messaging:inbox"),
    )


@require_safe
@signed_in
def inbox(request: SignedInRequest) -> HttpResponse:
    """Lists the person's conversations, unread ones first."""
    q, show = request.GET.get("q", "").strip()[:80], request.GET.get("show", "")
    page = queries.inbox(
        request.user,
        q=q,
        unread=show == "unread",
        archived=show == "archived",
        limit=25,
        cursor=request.GET.get("after") or None,
    )
    context = {
        "conversations": queries.listed(page.rows),
        "next": page.next_cursor,
        "q": q,
        "show": show if show in SHOWS else "",
        "shows": SHOWS,
        "here": request.GET.get("here", ""),
        "is_builder": Role.BUILDER in request.user.roles,
    }
    return render_page(request, "messaging/inbox.html", context, parts=("conversations",))


@require_safe
@signed_in
def count(request: SignedInRequest) -> HttpResponse:
    """Renders the link of the page header with the number of unread conversations. Pages fetch it again on changes."""
    return render(request, "core/_side_links.html")


@require_http_methods(PAGE)
@signed_in
def conversation(request: SignedInRequest, pk: UUID) -> HttpResponse:
    pair = pair_for(request.user, pk)
    return pages.conversation_page(request, pair, addresses_of(pk), template="messaging/conversation.html")


@require_POST
@signed_in
def act(request: SignedInRequest, pk: UUID) -> HttpResponse:
    return pages.act(request, pair_for(request.user, pk), addresses_of(pk))


@require_safe
@signed_in
def file(request: SignedInRequest, pk: UUID, attachment: UUID) -> HttpResponseBase:
    return file_of(request, pair_for(request.user, pk).conversation_id, attachment)


def file_of(request: HttpRequest, conversation: UUID, attachment: UUID) -> HttpResponseBase:
    """Returns a file of the conversation as a download. The files of a deleted message are kept for staff only, while
    a report of it is open."""
    row = get_object_or_404(
        Attachment, pk=attachment, message__conversation=conversation, message__deleted_at__isnull=True
    )
    return download_response(request, row.file, row.name)


@require_http_methods(PAGE)
@signed_in
def ask(request: SignedInRequest, slug: str) -> HttpResponse:
    """Asks a builder one question before the first booking; leads to the conversation if there is one.

    What was typed while a conversation began elsewhere is sent into it.
    """
    profile = _asked(request, slug)
    typed = request.POST.get("text", "")
    context: dict[str, Any] = {"profile": profile, "typed": typed, "client_key": uuid7()}
    if request.method == "POST":
        try:
            key = parse_uuid(request.POST.get("client_key"))
            sent = opening.ask(client=request.user, builder=profile.user, text=typed, client_key=str(key or uuid7()))
        except Refused as error:
            context |= {"problem": error.text, "takes": True}
            return render(request, "messaging/ask.html", context, status=error.refusal.status)
        return redirect("messaging:conversation", sent.message.conversation_id)
    mine = opening.participant_with(request.user, profile.user)
    if mine is not None:
        return redirect("messaging:conversation", mine.conversation_id)
    context["takes"] = opening.takes_questions(request.user, profile.user)
    return render(request, "messaging/ask.html", context)


def _asked(request: SignedInRequest, slug: str) -> BuilderProfile:
    profile = public_builder(slug)
    if profile is None or profile.user_id == request.user.pk or not flags.is_on(request, MESSAGING):
        raise Http404
    return profile


@require_http_methods(PAGE)
@signed_in
def preferences(request: SignedInRequest) -> HttpResponse:
    """Edits what the person has chosen about messages."""
    own = MessagePreferences.objects.filter(person=request.user).first() or MessagePreferences(person=request.user)
    if "revoke" in request.POST:
        addresses.revoke(request.user)
        toasts.success(request, "You can no longer reply to earlier mails.")
        return redirect("messaging:preferences")
    is_builder = Role.BUILDER in request.user.roles
    form = PreferencesForm(request.POST or None, instance=own, is_builder=is_builder)
    if request.method == "POST" and form.is_valid():
        form.save()
        toasts.success(request, "Saved.")
        return redirect("messaging:preferences")
    context = {"form": form, "is_builder": is_builder, "can_answer_by_mail": bool(settings.MAIL_ANSWERS_ADDRESS)}
    return render(request, "messaging/preferences.html", context, status=422 if form.errors else 200)


@require_http_methods(PAGE)
@role_required(Role.BUILDER)
def saved_replies_page(request: SignedInRequest) -> HttpResponse:
    """Lists a builder's saved replies, with the form to add one."""
    return _reply_form(request, SavedReply(owner=request.user))


@require_http_methods(PAGE)
@role_required(Role.BUILDER)
def saved_reply(request: SignedInRequest, pk: UUID) -> HttpResponse:
    """Edits or deletes a saved reply."""
    saved = get_object_or_404(request.user.saved_replies, pk=pk)
    if request.method == "POST" and "delete" in request.POST:
        saved.delete()
        toasts.success(request, f"“{saved.title}” is deleted.")
        return redirect("messaging:saved_replies")
    return _reply_form(request, saved)


def _reply_form(request: SignedInRequest, saved: SavedReply) -> HttpResponse:
    form = SavedReplyForm(request.POST or None, initial={"title": saved.title, "text": saved.text})
    if request.method == "POST" and form.is_valid():
        try:
            saved_replies.save(reply=saved, **form.cleaned_data)
        except Refused as error:
            add_refusal(form, error)
        else:
            toasts.success(request, "Saved.")
            return redirect("messaging:saved_replies")
    context = {"form": form, "saved": saved, "replies": request.user.saved_replies.all()}
    return render(request, "messaging/saved_replies.html", context, status=422 if form.errors else 200)
