"""The pages of the flags."""

from __future__ import annotations

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_safe

from accounts.access import SignedInRequest
from accounts.roles import Role
from core import clock
from core.access import role_required
from operations.flags import queries, services
from operations.flags.forms import FlagForm
from operations.tables import ShownCell, ShownTable, actor_of, facts_of

HERE = "operations:flags"
HEAD = ("When", "By", "Action", "Values")


@role_required(Role.ADMIN)
@require_safe
def flags(request: SignedInRequest) -> HttpResponse:
    """Lists the flags that the code asks for, each with who sees its feature now."""
    today = clock.now().date()
    shown = [(flag, flag.is_overdue(today)) for flag in queries.all_flags()]
    return render(request, "operations/flags/flags.html", {"here": HERE, "flags": shown})


@role_required(Role.ADMIN)
@require_http_methods(["GET", "HEAD", "POST"])
def flag(request: SignedInRequest, name: str) -> HttpResponse:
    """Shows one flag with its history, and changes for whom it is on."""
    shown = queries.flag_named(name)
    if shown is None:
        raise Http404
    form = FlagForm(request.POST or None, row=shown.row)
    if request.method == "POST" and form.is_valid():
        cleaned = form.cleaned_data
        services.change_flag(
            name=name, values=form.values, people=cleaned["people"], groups=cleaned.get("groups") or [], by=request.user
        )
        messages.success(request, "Saved. It counts from the next page that is opened.")
        return redirect("operations:flag", name)
    rows = [
        [ShownCell(at=entry.at), ShownCell(actor_of(entry)), ShownCell(entry.action), ShownCell(more=facts_of(entry))]
        for entry in queries.history_of(shown)
    ]
    context = {
        "here": HERE,
        "flag": shown,
        "is_overdue": shown.is_overdue(clock.now().date()),
        "form": form,
        "table": ShownTable(HEAD, rows),
    }
    return render(request, "operations/flags/flag.html", context, status=422 if form.errors else 200)
