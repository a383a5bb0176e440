"""A builder's clients: the list, one of them, and what is said about their skills."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe

from accounts.access import SignedInRequest
from accounts.models import ClientProfile, User
from accounts.roles import Role
from bookings.agreement.access import BookingAccess, member_and_guest
from bookings.clients import queries as clients
from bookings.clients import services as client_services
from bookings.clients.forms import NoteForm
from bookings.states import Side, State
from core import clock
from core.access import role_required
from core.csv_export import csv_response
from core.errors import Refused
from core.htmx import render_page
from core.requests import find_or_404
from pathways.catalogue.skill_tree import draw_tree
from pathways.models import Enrolment, Pathway, Skill
from pathways.progress import queries
from pathways.progress import services as progress
from pathways.progress.services import SkillMove
from pathways.states import SkillState

PAGE_SIZE = 20
SHOWS = (("", "All"), ("asked", "Wait for my word"), ("stuck", "Stuck for two weeks"))
HEAD = (
    "Name",
    "Pathway",
    "Status",
    "Percent",
    "Skills completed",
    "Skills",
    "Last step",
    "Last session",
    "Next session",
)


def _asked_for(request: SignedInRequest) -> dict[str, str]:
    return {name: request.GET.get(name, "").strip()[:80] for name in ("q", "pathway", "show", "sort")}


@require_safe
@role_required(Role.BUILDER)
def mine(request: SignedInRequest) -> HttpResponse:
    now, told = clock.now(), _asked_for(request)
    found = clients.narrowed(clients.clients_of(request.user), request.user, told, now)
    page = Paginator(found, PAGE_SIZE).get_page(request.GET.get("page"))
    context = {
        "page": page,
        "lines": clients.lines(page.object_list, request.user, now),
        "told": told,
        "shows": SHOWS,
        "sorts": clients.SORTS.items(),
        "pathways": Pathway.objects.open(),
        "is_filtered": any(told[name] for name in ("q", "pathway", "show")),
    }
    return render_page(request, "bookings/clients/clients.html", context, parts=("clients",))


@require_safe
@role_required(Role.BUILDER)
def table(request: SignedInRequest) -> HttpResponse:
    """The same list, for a spreadsheet: a line for each pathway of each client."""
    now = clock.now()
    found = clients.narrowed(clients.clients_of(request.user), request.user, _asked_for(request), now)
    rows: list[tuple[Any, ...]] = []
    for line in clients.lines(found, request.user, now):
        times = [each.strftime("%Y-%m-%d %H:%M UTC") if each else "" for each in (line.last, line.next)]
        for enrolment, far in line.far:
            moved = far.moved_at.strftime("%Y-%m-%d")
            rows.append(
                (line.person, enrolment.pathway, enrolment.status, far.percent, far.done, far.total, moved, *times)
            )
        if not line.far:
            rows.append((line.person, "", "", "", "", "", "", *times))
    return csv_response("clients.csv", HEAD, rows)


@require_http_methods(["GET", "HEAD", "POST"])
@role_required(Role.BUILDER)
def one(request: SignedInRequest, pk: UUID) -> HttpResponse:
    """Where a client stands on what one leads them, what they said, and what one has noted."""
    client = clients.client_of(request.user, pk)
    if request.method == "POST":
        return _act(request, client)
    led = list(Enrolment.objects.complete().filter(builder=request.user, client=client).order_by("-created_at"))
    slug = request.GET.get("pathway", "")
    here = next((each for each in led if each.pathway.slug == slug), led[0] if led else None)
    context: dict[str, Any] = {
        "client": client,
        "about": ClientProfile.objects.filter(user=client).values_list("about", flat=True).first(),
        "led": led,
        "address": reverse("bookings:client", args=[client.pk]),
        "sessions": clients.sessions_of(request.user, client),
        "answers": clients.answers_of(request.user, client),
        "notes": clients.notes_on(request.user, client),
        "note_form": NoteForm(auto_id="note_%s"),
    }
    if here is not None:
        context |= _way(request, client, here)
    return render(request, "bookings/clients/client.html", context)


def _way(request: SignedInRequest, client: User, here: Enrolment) -> dict[str, Any]:
    walk = queries.pathway_progress(client, here.pathway, here)
    slug = request.GET.get("skill", "")
    chosen = next((each for each in walk.standings if each.skill.slug == slug), None)
    shown = [*walk.asked, *([chosen] if chosen is not None and not chosen.is_asked else [])]
    return {
        "walk": walk,
        "tree": draw_tree([each.skill for each in walk.standings], {each.skill.pk: each for each in walk.standings}),
        "chosen": chosen,
        "looked_at": [_looked_at(each) for each in shown],
        "open": [each for each in walk.standings if each.state != SkillState.COMPLETED],
        "history": queries.history_of(client, here.pathway, 12),
    }


def _looked_at(standing: queries.Standing) -> dict[str, Any]:
    """A skill as its builder sees it: two queries."""
    row = standing.progress
    asked = row.events.filter(verb="ask").order_by("-at").first() if row else None
    return {
        "standing": standing,
        "evidence": list(row.evidence.all()) if row else [],
        "said": asked.comment if asked else "",
        "last": progress.last_step(row) if row else None,
    }


def _act(request: SignedInRequest, client: User) -> HttpResponse:
    told = request.POST
    back = f"{reverse('bookings:client', args=[client.pk])}?{urlencode({'pathway': told.get('on', '')})}"
    act = told.get("act", "")
    if act == "note":
        form = NoteForm(told)
        if form.is_valid():
            _try(
                request,
                "Noted.",
                lambda: client_services.write_note(builder=request.user, client=client, **form.cleaned_data),
            )
        else:
            messages.error(request, "Write something to note.")
        return redirect(f"{back}#notes")
    if act == "forget":
        find_or_404(clients.notes_on(request.user, client), told.get("note")).delete()
        messages.success(request, "The note is gone.")
        return redirect(f"{back}#notes")
    if act == "move":
        _move(request, client)
        return redirect(back)
    skill = get_object_or_404(Skill.objects.open(), slug=told.get("skill"))
    comment = told.get("comment", "")
    acts: dict[str, tuple[str, Callable[[], object]]] = {
        "complete": (f"{skill} is completed. {client} hears of it.", lambda: progress.complete(client=client, skill=skill, by=request.user, comment=comment)),
        "return": (f"Sent back. {client} reads what is missing.", lambda: progress.send_back(client=client, skill=skill, by=request.user, comment=comment)),
        "assign": (f"{client} sees {skill} as the next step.", lambda: progress.assign(client=client, skill=skill, by=request.user, comment=comment)),
        "undo": ("Taken back.", lambda: progress.undo(client=client, skill=skill, by=request.user)),
    }  # fmt: skip
    if act in acts:
        _try(request, *acts[act])
    return redirect(back)


def _move(request: SignedInRequest, client: User) -> None:
    moves = moves_in(request.POST)
    if not moves:
        messages.error(request, "Choose at least one skill that has moved.")
        return
    done = f"{len(moves)} skill{'' if len(moves) == 1 else 's'} moved."
    comment = request.POST.get("comment", "")
    _try(request, done, lambda: progress.move_skills(client=client, moves=moves, by=request.user, comment=comment))


def moves_in(told: Any) -> list[SkillMove]:
    """What was chosen in `_skill_moves.html`: a field for each skill."""
    wanted = {
        name.removeprefix("skill_"): value
        for name, value in told.items()
        if name.startswith("skill_") and value in (SkillState.IN_PROGRESS, SkillState.COMPLETED)
    }
    skills = Skill.objects.open().complete().filter(slug__in=wanted)
    return [SkillMove(skill, wanted[skill.slug]) for skill in skills]


def _try(request: SignedInRequest, done: str, act: Callable[[], object]) -> None:
    try:
        act()
    except Refused as error:
        messages.error(request, error.words)
    else:
        messages.success(request, done)


# After a session -----------------------------------------------------------------------------------------


def _skills(access: BookingAccess) -> HttpResponse:
    """Which skills has this session moved? Both sides may say, several at once."""
    booking, person = access.booking, access.person
    client = booking.client
    if client is None or person is None or booking.state != State.COMPLETED or access.side == Side.SUPPORT:
        raise Http404
    own = Enrolment.objects.under_way().complete().filter(client=client)
    if access.side == Side.BUILDER:
        own = own.filter(builder=person)
    walks = queries.pathways_progress(client, sorted(own, key=lambda each: each.pathway_id != booking.pathway_id))
    request = access.request
    if request.method == "POST":
        moves = moves_in(request.POST)
        if not moves:
            messages.error(request, "Choose at least one skill that has moved, or go back.")
            return redirect(access.url("skills"))
        comment = request.POST.get("comment", "")
        try:
            progress.move_skills(client=client, moves=moves, by=person, comment=comment)
        except Refused as error:
            messages.error(request, error.sentence)
            return redirect(access.url("skills"))
        messages.success(request, f"Kept: {len(moves)} skill{'' if len(moves) == 1 else 's'} moved.")
        return redirect(access.url("booking"))
    context = {"access": access, "booking": booking, "walks": walks}
    return render(request, "bookings/clients/skills.html", context)


skills, _ = (require_http_methods(["GET", "HEAD", "POST"])(view) for view in member_and_guest(_skills))
