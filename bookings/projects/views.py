"""Pages of projects: the list, the form, one project, and the project of a booking."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.access import SignedInRequest
from bookings.models import Booking, Project
from bookings.projects import services as projects
from bookings.projects.forms import ProjectForm
from bookings.projects.queries import project_for, projects_of
from core import clock
from core.access import signed_in
from core.errors import Refused
from core.requests import find_or_404


@require_safe
@signed_in
def mine(request: SignedInRequest) -> HttpResponse:
    return render(request, "bookings/projects/projects.html", {"projects": projects_of(request.user)})


@require_http_methods(["GET", "HEAD", "POST"])
@signed_in
def new(request: SignedInRequest) -> HttpResponse:
    return _form(request, Project(client=request.user))


@require_http_methods(["GET", "HEAD", "POST"])
@signed_in
def edit(request: SignedInRequest, pk: UUID) -> HttpResponse:
    return _form(request, get_object_or_404(Project, pk=pk, client=request.user))


def _form(request: SignedInRequest, project: Project) -> HttpResponse:
    initial = {"title": project.title, "about": project.about}
    form = ProjectForm(request.POST if request.method == "POST" else None, initial=initial)
    if request.method == "POST" and form.is_valid():
        try:
            return redirect(projects.save(project=project, **form.cleaned_data))
        except Refused as error:
            form.add_error(None, error.sentence)
    context = {"form": form, "project": project, "is_new": project._state.adding}
    return render(request, "bookings/projects/project_form.html", context, status=422 if form.errors else 200)


@require_safe
@signed_in
def one(request: SignedInRequest, pk: UUID) -> HttpResponse:
    """Shows a project with what this person may see of it."""
    visible = project_for(request.user, pk)
    return render(
        request, "bookings/projects/project.html", {"visible": visible, "project": visible.project, "now": clock.now()}
    )


@require_POST
@signed_in
def close(request: SignedInRequest, pk: UUID) -> HttpResponse:
    """Closes or reopens a project."""
    project = get_object_or_404(Project, pk=pk, client=request.user)
    if request.POST.get("act") == "reopen":
        projects.reopen(project=project)
    else:
        projects.close(project=project)
        messages.success(request, f"{project.title} has been closed. Everything in it is kept.")
    return redirect(project)


@require_POST
@signed_in
def put(request: SignedInRequest, reference: str) -> HttpResponse:
    """Moves a booking into a project, or out of any."""
    booking = get_object_or_404(Booking, reference=reference.upper(), client=request.user)
    chosen = request.POST.get("project", "")
    project = find_or_404(Project.objects.filter(client=request.user), chosen) if chosen else None
    projects.put(booking=booking, project=project, by=request.user)
    messages.success(request, f"Added to {project.title}." if project else "Removed from its project.")
    return redirect(booking)
