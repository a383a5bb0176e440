"""The page on which both sides edit the agenda of a session, and the builder's checklist."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_http_methods, require_POST

from bookings.agreement.access import BookingAccess, access_to, member_and_guest
from bookings.agreement.transitions import Actor
from bookings.models import Preparation
from bookings.preparation import rules, services
from bookings.preparation.forms import AgendaForm, ChecklistForm
from bookings.preparation.queries import checklist_of, preparation_of
from bookings.preparation.refusals import PreparationRefusal
from bookings.states import Side
from core.access import signed_in
from core.errors import Refused
from core.forms import add_refusal
from core.htmx import render_page
from pathways.goals.queries import GoalProgress, goals_shared


def preparation_context(access: BookingAccess) -> dict[str, Any]:
    """Returns the agenda and the builder's checklist for the page of a booking. No query before it is confirmed."""
    booking = access.booking
    if booking.state not in rules.SHOWN_IN or not booking.is_counting:
        return {}
    preparation = preparation_of(booking)
    is_builder, is_open = Side.BUILDER in access.sides, rules.is_open(booking, access.now)
    return {
        "preparation": preparation,
        "agenda_blocks": rules.blocks_of(preparation.agenda),
        "agenda_by": _name_of(access, preparation),
        "agenda_url": access.url("agenda"),
        "may_edit_agenda": rules.may_edit(booking, access.side, access.now),
        "checklist": checklist_of(booking, preparation) if is_builder and is_open else [],
        "goals": _goals(access) if is_open else [],
    }


def _goals(access: BookingAccess) -> list[GoalProgress]:
    """Returns the open goals that the client shares with the builder of the session, for these two only."""
    booking = access.booking
    if booking.client is None or booking.client == booking.builder or access.side == Side.SUPPORT:
        return []
    return goals_shared(booking.client, booking.builder, access.now)


def _name_of(access: BookingAccess, preparation: Preparation) -> str:
    """Returns who changed the agenda last, as this reader is told."""
    if preparation.agenda_changed_by == access.side:
        return "you"
    is_clients = preparation.agenda_changed_by == Side.CLIENT
    return access.booking.client_name if is_clients else access.booking.builder.display_name


def _agenda(access: BookingAccess) -> HttpResponse:
    """Shows the agenda to be edited, and saves it. If the other side has changed it meanwhile, both texts are shown."""
    request, booking = access.request, access.booking
    if not rules.may_edit(booking, access.side, access.now):
        messages.error(request, PreparationRefusal.AGENDA_CLOSED.sentence)
        return redirect(access.url("booking"))
    form = AgendaForm(request.POST if request.method == "POST" else None)
    is_lost_update = False
    if request.method == "POST" and form.is_valid():
        text, version = form.cleaned_data["agenda"], form.cleaned_data["version"]
        try:
            services.save_agenda(booking=booking, by=access.by, text=text, version=version)
        except Refused as error:
            is_lost_update = error.refusal == PreparationRefusal.AGENDA_CHANGED
            if not is_lost_update:
                add_refusal(form, error)
        else:
            messages.success(request, f"Agenda saved. {access.other} can read it.")
            return redirect(f"{access.url('booking')}#agenda")
    preparation = preparation_of(booking)
    read_version = _read_version(request, preparation)
    if request.method != "POST":
        form = AgendaForm(initial={"agenda": preparation.agenda, "version": read_version})
    elif is_lost_update:
        form = AgendaForm(initial={"agenda": form.cleaned_data["agenda"], "version": preparation.agenda_version})
    context = {
        "access": access,
        "booking": booking,
        "agenda_url": access.url("agenda"),
        "form": form,
        "preparation": preparation,
        "agenda_by": _name_of(access, preparation),
        "is_lost_update": is_lost_update,
        "is_newer": not is_lost_update and read_version < preparation.agenda_version,
    }
    status = 409 if is_lost_update else 422 if form.errors else 200
    return render_page(request, "bookings/preparation/agenda.html", context, parts=("newer",), status=status)


def _read_version(request: HttpRequest, preparation: Preparation) -> int:
    """Returns the version that an open page was rendered with, which it names when it asks whether there is a newer one."""
    text = request.GET.get("version", "")
    return int(text) if text.isascii() and text.isdigit() and len(text) < 8 else preparation.agenda_version


agenda, guest_agenda = (require_http_methods(["GET", "HEAD", "POST"])(view) for view in member_and_guest(_agenda))


@require_POST
@signed_in
def checks(request: HttpRequest, reference: str) -> HttpResponse:
    """Saves what the builder has ticked on the checklist."""
    access = access_to(request, reference)
    if Side.BUILDER not in access.sides:
        raise Http404
    form = ChecklistForm(request.POST)
    if not form.is_valid():
        raise Http404
    by = Actor(Side.BUILDER, access.person)
    try:
        services.save_checks(booking=access.booking, by=by, checked=form.cleaned_data["checked"])
    except Refused as error:
        messages.error(request, error.sentence)
    return redirect(f"{access.url('booking')}#prepare")
