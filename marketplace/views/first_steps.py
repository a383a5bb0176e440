"""The page that leads a new builder, or somebody who has applied, through the first steps."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from accounts import services as people
from accounts.access import SignedInRequest, prepares
from accounts.models import BuilderProfile
from accounts.roles import Role
from coaching.offer_kinds import KINDS
from core.errors import Refused
from marketplace import first_steps as steps
from marketplace.first_steps import HOURS, PLACE, PROFILE, checklist_of
from marketplace.first_steps_forms import HoursStep, PlaceStep, ProfileStep
from marketplace.views.overview import own_profile
from scheduling.models import Schedule
from scheduling.services import save_schedule, schedule_of


@prepares
@require_http_methods(["GET", "HEAD", "POST"])
def first_steps(request: SignedInRequest) -> HttpResponse:
    """Shows one step, by default the first that is open, and saves it, skips it, or publishes the page."""
    profile = own_profile(request)
    act, name = request.POST.get("act", ""), request.POST.get("step") or request.GET.get("step", "")
    if request.method == "POST" and act != "save":
        return _act(request, profile, act, name)
    form = _form(request, profile, name) if request.method == "POST" else None
    if form is not None and form.is_valid():
        _save(request, profile, form)
        return redirect("marketplace:first_steps")
    checklist = checklist_of(profile)
    step = checklist.step(name) or checklist.next
    context = {
        "profile": profile,
        "checklist": checklist,
        "step": step,
        "form": form or _form(request, profile, step.name if step else ""),
        "kinds": KINDS,
        "is_builder": Role.BUILDER in request.user.roles,
    }
    is_wrong = form is not None and bool(form.errors)
    return render(request, "marketplace/first_steps.html", context, status=422 if is_wrong else 200)


def _act(request: SignedInRequest, profile: BuilderProfile, act: str, name: str) -> HttpResponse:
    try:
        if act == "skip":
            steps.skip(profile=profile, step=name)
        elif act in ("hide", "show"):
            steps.set_hidden(profile=profile, is_hidden=act == "hide")
        elif act == "publish":
            steps.publish(profile=profile)
            messages.success(request, "Your page is public now. Clients can find and book you.")
    except Refused as refused:
        messages.error(request, refused.sentence)
    if act == "hide" and Role.BUILDER in request.user.roles:
        return redirect("marketplace:dashboard")
    return redirect("marketplace:first_steps")


def _form(request: SignedInRequest, profile: BuilderProfile, name: str) -> forms.Form | None:
    """Returns the form of a step, with what was sent; None for the steps without one."""
    data: Any = request.POST if request.method == "POST" else None
    user = request.user
    if name == PROFILE:
        files: Any = request.FILES if request.method == "POST" else None
        initial = {"headline": profile.headline, "bio": profile.bio}
        return ProfileStep(data, files, initial=initial, has_picture=bool(user.avatar))
    if name == HOURS:
        return None if schedule_of(user.pk) else HoursStep(data, initial={"timezone": user.timezone})
    if name == PLACE:
        place = str(user.place) if user.place else ""
        return PlaceStep(data, initial={"meeting_url": profile.meeting_url, "place": place})
    return None


def _save(request: SignedInRequest, profile: BuilderProfile, form: forms.Form) -> None:
    cleaned = form.cleaned_data
    if isinstance(form, ProfileStep):
        people.update_builder(profile=profile, headline=cleaned["headline"], bio=cleaned["bio"])
        if cleaned["picture"] is not None:
            people.set_avatar(user=request.user, picture=cleaned["picture"])
    elif isinstance(form, HoursStep):
        schedule = Schedule(builder=request.user, name="Usual week", timezone=cleaned["timezone"])
        save_schedule(schedule=schedule, week=form.week(), by=request.user)
    elif isinstance(form, PlaceStep):
        people.update_builder(profile=profile, meeting_url=cleaned["meeting_url"])
        people.set_builder_place(profile=profile, place=cleaned["place"])
    messages.success(request, "Saved.")
