"""The page of one person, its parts, and the forms of what staff do with them."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from allauth.account.decorators import reauthentication_required
from allauth.account.models import EmailAddress
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.access import SignedInRequest
from accounts.acting_as import browser
from accounts.acting_as import services as acting_as
from accounts.models import BuilderProfile, User
from accounts.roles import STAFF
from core.access import role_required
from core.cursors import page_of
from core.errors import Refused
from core.forms import add_refusal
from core.htmx import render_page_or_part
from messaging.models import Conversation
from operations.people import services
from operations.people.acts import ACTS, PersonAct, acts_for, is_erased
from operations.people.forms import PersonNoteForm, StaffReasonForm, ToldReasonForm
from operations.people.sections import SECTIONS
from operations.rights import has_right

PAGE = ["GET", "HEAD", "POST"]
HERE = "operations:people"
MOST_NOTES = 20


@role_required(*STAFF)
@require_safe
def people(request: SignedInRequest) -> HttpResponse:
    """Leads to the person with an address, and lists who joined last. One query for the list."""
    address = request.GET.get("address", "").strip()
    if address:
        owner = User.objects.filter(email=User.objects.normalize_email(address)).first()
        if owner is not None:
            return redirect("operations:person", owner.pk)
    page = page_of(User.objects.with_roles(), order=("-id",), limit=50, cursor=request.GET.get("cursor"))
    context = {"here": HERE, "page": page, "address": address}
    return render(request, "operations/people/people.html", context)


def person_or_404(pk: UUID) -> User:
    """Returns the person with their roles. One query."""
    return get_object_or_404(User.objects.with_roles().select_related("place"), pk=pk)


@role_required(*STAFF)
@require_safe
def person(request: SignedInRequest, pk: UUID) -> HttpResponse:
    """Shows who the person is and what staff can do; their bookings, mails and other lists are loaded after it."""
    shown = person_or_404(pk)
    return render(request, "operations/people/person.html", _context(request, shown, PersonNoteForm()))


def _context(request: SignedInRequest, shown: User, note_form: PersonNoteForm) -> dict[str, Any]:
    acts = acts_for(request.user, shown)
    return {
        "here": HERE,
        "person": shown,
        "is_erased": is_erased(shown),
        "profile": BuilderProfile.objects.filter(user=shown).first(),
        "addresses": EmailAddress.objects.filter(user=shown),
        "grants": shown.grants.select_related("granted_by", "revoked_by"),
        "notes": shown.staff_notes.select_related("author")[:MOST_NOTES],
        "note_form": note_form,
        "role_acts": [act for act in acts if act.group == "roles"],
        "account_acts": [act for act in acts if act.group == "account"],
        "may_act_as": has_right(request.user, "act-as") and shown.is_active and not set(shown.roles) & STAFF,
        "sections": SECTIONS.values(),
    }


@role_required(*STAFF)
@require_safe
def person_section(request: SignedInRequest, pk: UUID, slug: str) -> HttpResponse:
    """Shows one part of the page of a person, as a page of its own or inside the other."""
    section = SECTIONS.get(slug)
    if section is None:
        raise Http404
    shown = person_or_404(pk)
    table = section.read(shown, request.GET.get("cursor"))
    context = {"here": HERE, "person": shown, "section": section, "table": table}
    page = "operations/people/section.html"
    return render_page_or_part(request, page, f"{page}#part", context)


@role_required(*STAFF)
@require_http_methods(PAGE)
def person_act(request: SignedInRequest, pk: UUID, slug: str) -> HttpResponse:
    """Shows what will follow and asks for the reason; then does it."""
    act = ACTS.get(slug)
    if act is None:
        raise Http404
    if not has_right(request.user, slug):
        raise PermissionDenied
    handler = _confirmed_act if act.is_grave else _act
    response: HttpResponse = handler(request, person_or_404(pk), act)
    return response


def _act(request: HttpRequest, shown: User, act: PersonAct) -> HttpResponse:
    by = request.user
    assert isinstance(by, User)
    if not act.is_possible(shown):
        messages.info(request, f"“{act.label}” is not possible for {shown.display_name} now.")
        return redirect("operations:person", shown.pk)
    form = act.form(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        try:
            message = act.perform(shown, by, form.cleaned_data)
        except Refused as refused:
            add_refusal(form, refused)
        else:
            messages.success(request, message)
            return redirect("operations:person", shown.pk)
    context = {"here": HERE, "person": shown, "act": act, "form": form, "follows": act.follows(shown)}
    return render(request, "operations/people/act.html", context, status=422 if form.errors else 200)


_confirmed_act = reauthentication_required(_act, allow_get=True)


@role_required(*STAFF)
@require_POST
def person_note(request: SignedInRequest, pk: UUID) -> HttpResponse:
    """Saves a note about the person."""
    shown, form = person_or_404(pk), PersonNoteForm(request.POST)
    if not form.is_valid():
        return render(request, "operations/people/person.html", _context(request, shown, form), status=422)
    services.write_note(person=shown, by=request.user, **form.cleaned_data)
    messages.success(request, "The note is saved.")
    return redirect("operations:person", shown.pk)


@role_required(*STAFF)
@require_http_methods(PAGE)
def person_conversation(request: SignedInRequest, pk: UUID, conversation: UUID) -> HttpResponse:
    """Asks for the reason before it shows a conversation of other people; each reading is audited."""
    shown = person_or_404(pk)
    opened = get_object_or_404(Conversation.objects.filter(participants__user=shown), pk=conversation)
    form = StaffReasonForm(request.POST if request.method == "POST" else None)
    lines = None
    if request.method == "POST" and form.is_valid():
        lines = services.open_conversation(conversation=opened, by=request.user, **form.cleaned_data)
    context = {"here": HERE, "person": shown, "form": form, "lines": lines}
    return render(request, "operations/people/conversation.html", context, status=422 if form.errors else 200)


@role_required(*STAFF)
@require_http_methods(PAGE)
def act_as(request: SignedInRequest, pk: UUID) -> HttpResponse:
    """Asks for the reason, then lets staff use the site as the person for half an hour."""
    response: HttpResponse = _confirmed_act_as(request, person_or_404(pk))
    return response


def _act_as(request: SignedInRequest, shown: User) -> HttpResponse:
    form = ToldReasonForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        try:
            session = acting_as.begin(staff=request.user, person=shown, **form.cleaned_data)
        except Refused as refused:
            add_refusal(form, refused)
        else:
            browser.enter(request, session)
            return redirect("accounts:start")
    context = {"here": HERE, "person": shown, "form": form}
    return render(request, "operations/people/act_as.html", context, status=422 if form.errors else 200)


_confirmed_act_as = reauthentication_required(_act_as, allow_get=True)
