"""Pages of a builder's clients: the list, one client, and the skills that a session has advanced."""

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
from bookings.clients import skill_reports
from bookings.clients.forms import NoteForm
from bookings.states import Side, State
from core import clock
from core.access import role_required
from core.csv_export import csv_response
from core.errors import Refusal, Refused
from core.htmx import render_page, render_page_or_part
from core.requests import find_or_404, own_path
from pathways.badges.queries import public_awards
from pathways.catalogue.skill_tree import draw_tree
from pathways.goals.queries import goals_with
from pathways.models import Enrolment, Pathway, Skill
from pathways.progress import queries
from pathways.progress import services as progress
from pathways.progress.services import SkillMove
from pathways.states import SkillState

PAGE_SIZE = 20
SHOW_FILTERS = (("", "All"), ("asked", "Waiting for my answer"), ("stuck", "Stuck for two weeks"))
CSV_HEADER = (
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


def _filters_in(request: SignedInRequest) -> dict[str, str]:
    return {name: request.GET.get(name, "").strip()[:80] for name in ("q", "pathway", "show", "sort")}


@require_safe
@role_required(Role.BUILDER)
def mine(request: SignedInRequest) -> HttpResponse:
    """Lists the clients of the signed-in builder."""
    now, filters = clock.now(), _filters_in(request)
    people = clients.filter_clients(clients.clients_of(request.user), request.user, filters, now)
    page = Paginator(people, PAGE_SIZE).get_page(request.GET.get("page"))
    context = {
        "page": page,
        "lines": clients.client_rows(page.object_list, request.user, now),
        "filters": filters,
        "shows": SHOW_FILTERS,
        "sorts": clients.SORTS.items(),
        "pathways": Pathway.objects.open(),
        "is_filtered": any(filters[name] for name in ("q", "pathway", "show")),
    }
    return render_page(request, "bookings/clients/clients.html", context, parts=("clients",))


@require_safe
@role_required(Role.BUILDER)
def table(request: SignedInRequest) -> HttpResponse:
    """Returns the same list as a CSV file, with a row for each pathway of each client."""
    now = clock.now()
    people = clients.filter_clients(clients.clients_of(request.user), request.user, _filters_in(request), now)
    rows: list[tuple[Any, ...]] = []
    for line in clients.client_rows(people, request.user, now):
        times = [at.strftime("%Y-%m-%d %H:%M UTC") if at else "" for at in (line.last, line.next)]
        for enrolment, far in line.far:
            moved = far.moved_at.strftime("%Y-%m-%d")
            rows.append(
                (line.person, enrolment.pathway, enrolment.status, far.percent, far.done, far.total, moved, *times)
            )
        if not line.far:
            rows.append((line.person, "", "", "", "", "", "", *times))
    return csv_response("clients.csv", CSV_HEADER, rows)


@require_http_methods(["GET", "HEAD", "POST"])
@role_required(Role.BUILDER)
def one(request: SignedInRequest, pk: UUID) -> HttpResponse:
    """Shows the progress, answers, sessions and notes of a client, and handles the forms of the page."""
    client = clients.client_of(request.user, pk)
    if request.method == "POST":
        return _handle_action(request, client)
    led = list(Enrolment.objects.complete().filter(builder=request.user, client=client).order_by("-created_at"))
    slug = request.GET.get("pathway", "")
    enrolment = next((enrolment for enrolment in led if enrolment.pathway.slug == slug), led[0] if led else None)
    context: dict[str, Any] = {
        "client": client,
        "about": ClientProfile.objects.filter(user=client).values_list("about", flat=True).first(),
        "led": led,
        "address": reverse("bookings:client", args=[client.pk]),
        "sessions": clients.sessions_of(request.user, client),
        "answers": clients.answers_of(request.user, client),
        "notes": clients.notes_on(request.user, client),
        "awards": public_awards(client),
        "goals": goals_with(request.user, client, clock.now()),
        "note_form": NoteForm(auto_id="note_%s"),
    }
    if enrolment is not None:
        context |= _pathway_context(request, client, enrolment)
    return render(request, "bookings/clients/client.html", context)


def _pathway_context(request: SignedInRequest, client: User, enrolment: Enrolment) -> dict[str, Any]:
    overview = queries.pathway_progress(client, enrolment.pathway, enrolment)
    slug = request.GET.get("skill", "")
    chosen = next((standing for standing in overview.standings if standing.skill.slug == slug), None)
    shown = [*overview.asked, *([chosen] if chosen is not None and not chosen.is_asked else [])]
    return {
        "pathway_progress": overview,
        "tree": draw_tree(
            [standing.skill for standing in overview.standings],
            {standing.skill.pk: standing for standing in overview.standings},
        ),
        "chosen": chosen,
        "looked_at": [_reviewed_skill(standing) for standing in shown],
        "open": [standing for standing in overview.standings if standing.state != SkillState.COMPLETED],
        "history": queries.history_of(client, enrolment.pathway, 12),
    }


def _reviewed_skill(standing: queries.Standing) -> dict[str, Any]:
    """Returns what the builder needs to review a skill. Two queries."""
    row = standing.progress
    asked = row.events.filter(verb="ask").order_by("-at").first() if row else None
    return {
        "standing": standing,
        "evidence": list(row.evidence.all()) if row else [],
        "comment": asked.comment if asked else "",
        "last": progress.last_step(row) if row else None,
    }


def _handle_action(request: SignedInRequest, client: User) -> HttpResponse:
    data = request.POST
    back = f"{reverse('bookings:client', args=[client.pk])}?{urlencode({'pathway': data.get('on', '')})}"
    act = data.get("act", "")
    if act == "note":
        form = NoteForm(data)
        if form.is_valid():
            _try_action(
                request,
                "Noted.",
                lambda: client_services.write_note(builder=request.user, client=client, **form.cleaned_data),
            )
        else:
            messages.error(request, "Write something to note.")
        return redirect(f"{back}#notes")
    if act == "forget":
        note = find_or_404(clients.notes_on(request.user, client), data.get("note"))
        client_services.delete_note(note=note, by=request.user)
        messages.success(request, "The note has been removed.")
        return redirect(f"{back}#notes")
    if act == "move":
        _move(request, client)
        return redirect(back)
    skill = get_object_or_404(Skill.objects.open(), slug=data.get("skill"))
    comment = data.get("comment", "")
    acts: dict[str, tuple[str, Callable[[], object]]] = {
        "complete": (
            f"{skill} is completed. We will tell {client}.",
            lambda: progress.complete(client=client, skill=skill, by=request.user, comment=comment),
        ),
        "return": (
            f"Sent back. {client} will see what is missing.",
            lambda: progress.send_back(client=client, skill=skill, by=request.user, comment=comment),
        ),
        "assign": (
            f"{client} will see {skill} as the next step.",
            lambda: progress.assign(client=client, skill=skill, by=request.user, comment=comment),
        ),
        "undo": ("Taken back.", lambda: progress.undo(client=client, skill=skill, by=request.user)),
    }
    if act in acts:
        _try_action(request, *acts[act])
    return redirect(back)


def _move(request: SignedInRequest, client: User) -> None:
    moves = moves_in(request.POST)
    if not moves:
        messages.error(request, "Choose at least one skill to update.")
        return
    done = f"{len(moves)} skill{'' if len(moves) == 1 else 's'} updated."
    comment = request.POST.get("comment", "")
    _try_action(
        request, done, lambda: progress.move_skills(client=client, moves=moves, by=request.user, comment=comment)
    )


def moves_in(data: Any) -> list[SkillMove]:
    """Returns the moves chosen in the fields of `_skill_moves.html`, one field for each skill."""
    wanted = {
        name.removeprefix("skill_"): value
        for name, value in data.items()
        if name.startswith("skill_") and value in (SkillState.IN_PROGRESS, SkillState.COMPLETED)
    }
    skills = Skill.objects.open().complete().filter(slug__in=wanted)
    return [SkillMove(skill, wanted[skill.slug]) for skill in skills]


def _try_action(request: SignedInRequest, done: str, act: Callable[[], object]) -> None:
    try:
        act()
    except Refused as error:
        messages.error(request, error.text)
    else:
        messages.success(request, done)


# After a session -----------------------------------------------------------------------------------------


def _skills(access: BookingAccess) -> HttpResponse:
    """Asks which skills the session has advanced. Client and builder can both answer, for several skills at once. The page of
    the booking loads the question with one click for each skill."""
    booking, person = access.booking, access.person
    client = booking.client
    if client is None or person is None or booking.state != State.COMPLETED or access.side == Side.SUPPORT:
        raise Http404
    own = skill_reports.enrolments_for(booking, access.side, person)
    pathways_progress = queries.pathways_progress(client, own)
    request = access.request
    if request.method == "POST" and "say" in request.POST:
        return _report_skill(access, person)
    if request.method == "POST":
        moves = moves_in(request.POST)
        if not moves:
            messages.error(request, "Choose at least one skill to update, or go back.")
            return redirect(access.url("skills"))
        comment = request.POST.get("comment", "")
        try:
            progress.move_skills(client=client, moves=moves, by=person, comment=comment)
        except Refused as error:
            messages.error(request, error.sentence)
            return redirect(access.url("skills"))
        messages.success(request, f"Saved: {len(moves)} skill{'' if len(moves) == 1 else 's'} updated.")
        return redirect(access.url("booking"))
    context = {
        "access": access,
        "booking": booking,
        "pathways_progress": pathways_progress,
        "skill_prompt": skill_reports.prompt_for(booking, access.side, pathways_progress),
        "back": access.url("booking"),
    }
    page, part = "bookings/clients/skills.html", "bookings/clients/_skill_prompt.html"
    return render_page_or_part(request, page, part, context)


def _report_skill(access: BookingAccess, person: User) -> HttpResponse:
    """Records what one click says of one skill, and returns to the page that it was made on."""
    data, request = access.request.POST, access.request
    skill = get_object_or_404(Skill.objects.open().complete(), slug=data.get("skill"))
    try:
        mine = skill_reports.report(
            booking=access.booking, skill=skill, side=access.side, by=person, status=data.get("say", "")
        )
    except Refused as error:
        if error.refusal == Refusal.NOT_FOUND:
            raise Http404 from None
        messages.error(request, error.text)
    else:
        messages.success(request, f"{skill}: {mine.get_status_display().lower()}. Thank you.")
    return redirect(f"{own_path(data.get('next', ''), access.url('booking'))}#skills")


skills, _ = (require_http_methods(["GET", "HEAD", "POST"])(view) for view in member_and_guest(_skills))
