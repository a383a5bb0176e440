"""The pages of members: a builder's own data, and for staff the list, one member, duplicates and the report."""

from __future__ import annotations

import json
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.db.models import Q
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.access import SignedInRequest, prepares
from accounts.members import queries, rules, services, tables
from accounts.members.forms import MemberFilterForm, MergeForm, OwnMemberForm, StaffMemberForm
from accounts.members.lookups import MemberStatus
from accounts.members.tables import HEADER, as_json, row_of
from accounts.models import BuilderProfile, Member, MemberChange, MemberDuplicate, MemberMerge
from accounts.roles import STAFF, Role
from core import clock
from core.access import role_required
from core.csv_export import csv_response
from core.errors import Refused
from core.forms import add_refusal
from core.htmx import render_page
from core.requests import find_or_404

PAGE_SIZE = 50
MOST_CHANGES = 100
REALTOR = "realtor"  # the professional role of real-estate professionals


@prepares
@require_http_methods(["GET", "HEAD", "POST"])
def member_data(request: SignedInRequest) -> HttpResponse:
    """Shows the form to builders who are real-estate professionals, and asks others whether they are."""
    member = queries.member_of(request.user)
    if request.POST.get("act") == "remove":
        services.remove_own(person=request.user)
        messages.success(request, "Your member data has been removed.")
        return redirect("accounts:member_data")
    defaults = {
        "full_name": request.user.display_name,
        "email": request.user.email,
        "member_status": MemberStatus.ACTIVE,
    }
    form = OwnMemberForm(request.POST or None, member=member, defaults=defaults)
    if request.method == "POST" and form.is_valid():
        try:
            services.save(
                member=member, values=services.parsed(form.texts()), by=request.user, person=request.user,
                source=MemberChange.Source.OWN, shows_on_profile=form.cleaned_data["shows_on_profile"],
            )  # fmt: skip
        except Refused as refused:
            add_refusal(form, refused)
        else:
            messages.success(request, "Your member data has been saved.")
            return redirect("accounts:member_data")
    context = {
        "form": form,
        "member": member,
        "is_asked": member is None and not form.is_bound and not _is_professional(request),
        "history": labelled(member) if member else [],
    }
    return render(request, "accounts/members/member_data.html", context, status=422 if form.errors else 200)


def _is_professional(request: SignedInRequest) -> bool:
    """Whether the builder has the professional role, or has just said to be a real-estate professional."""
    own = BuilderProfile.objects.filter(user=request.user, roles=REALTOR)
    return request.GET.get("professional") == "yes" or own.exists()


@role_required(*STAFF)
@require_safe
def members(request: SignedInRequest) -> HttpResponse:
    """Lists members, with a search and filters."""
    form = MemberFilterForm(request.GET)
    filters = form.filters()
    today = clock.now().date()
    matching = queries.filtered(filters, today).select_related("person")
    page = Paginator(matching, PAGE_SIZE).get_page(request.GET.get("page"))
    context = {
        "here": "accounts:members",
        "form": form,
        "page": page,
        "rows": [(member, queries.missing_labels(member)) for member in page.object_list],
        "is_filtered": filters.is_set,
        "today": today,
        "open_duplicates": queries.open_duplicates().count(),
    }
    return render_page(request, "accounts/members/members.html", context, parts=("members",))


@role_required(*STAFF)
@require_safe
def members_file(request: SignedInRequest, kind: str) -> HttpResponse:
    """Returns the same list as a file: CSV or JSON."""
    if kind not in ("csv", "json"):
        raise Http404
    matching = queries.filtered(MemberFilterForm(request.GET).filters(), clock.now().date())
    tables.record_download(by=request.user, rows=matching.count(), form=kind.upper())
    if kind == "csv":
        return csv_response("members.csv", HEADER, (row_of(member) for member in matching.iterator()))
    content = json.dumps([as_json(member) for member in matching.iterator()], indent=1, ensure_ascii=False)
    return HttpResponse(
        content,
        content_type="application/json",
        headers={"Content-Disposition": 'attachment; filename="members.json"', "Cache-Control": "private, no-store"},
    )


@role_required(*STAFF)
@require_http_methods(["GET", "HEAD", "POST"])
def member(request: SignedInRequest, pk: UUID) -> HttpResponse:
    """Shows one member with its history and merges; an admin can change it."""
    shown = queries.member_or_404(pk)
    may_change = Role.ADMIN in request.user.roles
    if request.method == "POST" and not may_change:
        raise PermissionDenied
    form = StaffMemberForm(request.POST or None, member=shown)
    if request.method == "POST" and form.is_valid() and _save_as_staff(request, form, shown):
        return redirect(shown)
    context = {
        "here": "accounts:members",
        "member": shown,
        "form": form if may_change and shown.merged_into_id is None else None,
        "facts": [(field.label, rules.written(getattr(shown, field.name))) for field in rules.FIELDS],
        "missing": queries.missing_labels(shown),
        "history": labelled(shown),
        "merges": MemberMerge.objects.filter(Q(kept=shown) | Q(dropped=shown)).select_related(
            "kept", "dropped", "merged_by", "undone_by"
        ),
        "duplicates": queries.open_duplicates().filter(Q(first=shown) | Q(second=shown)),
        "may_change": may_change,
        "is_expired": shown.license_expires is not None and shown.license_expires < clock.now().date(),
    }
    return render(request, "accounts/members/member.html", context, status=422 if form.errors else 200)


@role_required(Role.ADMIN)
@require_http_methods(["GET", "HEAD", "POST"])
def new_member(request: SignedInRequest) -> HttpResponse:
    """Adds a member without an account."""
    form = StaffMemberForm(request.POST or None, defaults={"member_status": MemberStatus.ACTIVE})
    if request.method == "POST" and form.is_valid() and (saved := _save_as_staff(request, form, None)):
        return redirect(saved)
    context = {"here": "accounts:members", "form": form}
    return render(request, "accounts/members/new_member.html", context, status=422 if form.errors else 200)


def _save_as_staff(request: SignedInRequest, form: StaffMemberForm, former: Member | None) -> Member | None:
    """Saves the member; returns None, with the reasons in the form, if that is refused."""
    try:
        values = services.parsed(form.texts(), allows_incomplete=form.cleaned_data["allows_incomplete"])
        saved = services.save(member=former, values=values, by=request.user)
    except Refused as refused:
        add_refusal(form, refused)
        return None
    messages.success(request, f"{saved.full_name} has been saved.")
    return saved


def labelled(shown: Member) -> list[tuple[MemberChange, str]]:
    """Returns the latest changes of a member with the label of their field. One query."""
    changes = shown.changes.select_related("changed_by")[:MOST_CHANGES]
    return [(change, _label_of(change.field)) for change in changes]


def _label_of(name: str) -> str:
    return rules.BY_NAME[name].label if name in rules.BY_NAME else "Account"


@role_required(*STAFF)
@require_http_methods(["GET", "HEAD", "POST"])
def member_duplicates(request: SignedInRequest) -> HttpResponse:
    """Lists members that may be one person; an admin can say that they are not."""
    if request.method == "POST":
        if Role.ADMIN not in request.user.roles:
            raise PermissionDenied
        pair = find_or_404(MemberDuplicate.objects.select_related("first"), request.POST.get("pair"))
        services.dismiss(duplicate=pair, by=request.user)
        messages.success(request, "They will not be shown as duplicates again.")
        return redirect("accounts:member_duplicates")
    page = Paginator(queries.open_duplicates(), PAGE_SIZE).get_page(request.GET.get("page"))
    context = {
        "here": "accounts:members",
        "page": page,
        "pairs": [(pair, compared(pair.first, pair.second)) for pair in page.object_list],
        "may_change": Role.ADMIN in request.user.roles,
    }
    return render(request, "accounts/members/duplicates.html", context)


def compared(first: Member, second: Member) -> list[tuple[str, str, str]]:
    """Returns the label and both values of each field in which either has one."""
    rows = [
        (field.label, rules.written(getattr(first, field.name)), rules.written(getattr(second, field.name)))
        for field in rules.FIELDS
    ]
    rows.append(("Account", str(first.person or ""), str(second.person or "")))
    return [row for row in rows if row[1] or row[2]]


@role_required(Role.ADMIN)
@require_http_methods(["GET", "HEAD", "POST"])
def merge_members(request: SignedInRequest, pk: UUID, other: UUID) -> HttpResponse:
    """Shows two members beside each other and merges them."""
    first, second = queries.member_or_404(pk), queries.member_or_404(other)
    if first.pk == second.pk:
        raise Http404
    form = MergeForm(request.POST or None, members=(first, second))
    if request.method == "POST" and form.is_valid():
        keep, drop = (first, second) if form.cleaned_data["keep"] == str(first.pk) else (second, first)
        try:
            services.merge(keep=keep, drop=drop, by=request.user, reason=form.cleaned_data["reason"])
        except Refused as refused:
            add_refusal(form, refused)
        else:
            messages.success(request, "Merged. You can take this back below.")
            return redirect(keep)
    context = {"here": "accounts:members", "form": form, "pair": (first, second), "rows": compared(first, second)}
    return render(request, "accounts/members/merge.html", context, status=422 if form.errors else 200)


@role_required(Role.ADMIN)
@require_POST
def unmerge_members(request: SignedInRequest, pk: UUID) -> HttpResponse:
    """Takes a merge back."""
    merged = get_object_or_404(MemberMerge.objects.select_related("kept"), pk=pk)
    try:
        services.unmerge(merged=merged, by=request.user)
    except Refused as refused:
        messages.error(request, refused.sentence)
    else:
        messages.success(request, "The merge has been taken back. Values that were changed since it stay.")
    return redirect(merged.kept)


@role_required(*STAFF)
@require_safe
def member_report(request: SignedInRequest) -> HttpResponse:
    """Shows members by status, type and office, whose licence expires, and who lack something."""
    context: dict[str, Any] = {"here": "accounts:members", "report": queries.report(clock.now().date())}
    return render(request, "accounts/members/report.html", context)
