"""The page that asks builders, after a change of their account's time zone, which schedules move with it."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from urllib.parse import urlencode

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from accounts.access import SignedInRequest
from accounts.models import User
from accounts.roles import Role
from core import clock
from core.access import role_required
from core.requests import own_path
from core.zones import local_time, zone_names
from scheduling import services
from scheduling.hours_text import sample_hours
from scheduling.models import Schedule

KEEP, MOVE = "keep", "move"


class ZoneForm(forms.Form):
    """Asks for each schedule whether to keep the same times for clients or the same hours in the new zone."""

    def __init__(self, data: Any = None, *, schedules: list[Schedule], zone: str, now: datetime) -> None:
        super().__init__(data)
        self.schedules, self.zone = schedules, zone
        self.meanings: dict[str, list[str]] = {}
        for schedule in schedules:
            name, answers = str(schedule.pk), _choices(schedule, zone, now)
            choices = [(value, label) for value, label, _ in answers]
            self.meanings[name] = [meaning for *_, meaning in answers]
            self.fields[name] = forms.ChoiceField(
                label=schedule.name, choices=choices, initial=KEEP, widget=forms.RadioSelect
            )

    @property
    def questions(self) -> list[tuple[forms.BoundField, list[tuple[Any, str]]]]:
        """Returns each field with its choices and what each choice means."""
        return [(field, list(zip(field, self.meanings[field.name], strict=True))) for field in self]

    @property
    def moved(self) -> list[Schedule]:
        return [schedule for schedule in self.schedules if self.cleaned_data[str(schedule.pk)] == MOVE]


def _choices(schedule: Schedule, zone: str, now: datetime) -> list[tuple[str, str, str]]:
    """Returns both choices with their meaning, explained with the first hours of the schedule."""
    former, present = local_time(schedule.timezone), local_time(zone)
    sample = sample_hours(schedule, now)
    if sample is None:
        return [(KEEP, f"Keep {former}", "It has no hours yet."), (MOVE, f"Change to {present}", "")]
    kept = sample.seen_from(schedule.timezone, zone)
    moved = sample.seen_from(zone, schedule.timezone)
    return [
        (
            KEEP,
            f"Keep {sample.text} {former}",
            f"Clients see the same times as before. In your time zone, your hours are {kept}.",
        ),
        (
            MOVE,
            f"Change to {sample.text} {present}",
            f"Clients will see different times. In {former}, your hours will be {moved}.",
        ),
    ]


@role_required(Role.BUILDER)
@require_http_methods(["GET", "HEAD", "POST"])
def zone(request: SignedInRequest) -> HttpResponse:
    """Asks about each schedule in another zone than the account's. Nothing changes until the answer."""
    builder, former = request.user, request.GET.get("from", "")
    back = own_path(request.GET.get("next", ""), reverse("scheduling:availability"))
    schedules = builder.schedules.exclude(timezone=builder.timezone).prefetch_related("rules", "recurring_hours")
    if former in zone_names():
        schedules = schedules.filter(timezone=former)
    form = ZoneForm(request.POST or None, schedules=list(schedules), zone=builder.timezone, now=clock.now())
    if not form.schedules:
        return redirect(back)
    if request.method == "POST" and form.is_valid():
        services.change_zone(schedules=form.moved, zone=builder.timezone, by=builder)
        messages.success(request, _success_message(form))
        return redirect(back)
    context = {"form": form, "former": former if former in zone_names() else "", "next": back}
    return render(request, "scheduling/zone.html", context, status=422 if form.errors else 200)


def _success_message(form: ZoneForm) -> str:
    names = " and ".join(f"“{schedule.name}”" for schedule in form.moved)
    if not names:
        return "Your hours have not been changed."
    return f"{names} {'is' if len(form.moved) == 1 else 'are'} now in {local_time(form.zone)}."


def page_after_change(user: User, former: str, next_url: str) -> str | None:
    """Returns the address of this page for builders with schedules in the former zone, else None."""
    if Role.BUILDER not in user.roles or not user.schedules.filter(timezone=former).exists():
        return None
    return f"{reverse('scheduling:zone')}?{urlencode({'from': former, 'next': next_url})}"
