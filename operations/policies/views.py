"""The overview of policies, and maintenance."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.access import SignedInRequest
from accounts.roles import STAFF
from core import clock
from core.access import role_required
from core.errors import Refused
from core.feedback.queries import report
from core.forms import add_refusal
from core.policies import services, state
from core.policies.models import SignUpPolicy
from operations.policies.forms import EndForm, MaintenanceForm
from operations.rights import has_right, require_right

HERE = "operations:policies"
PAGE = ["GET", "HEAD", "POST"]
MOST_PAST = 20


@role_required(*STAFF)
@require_safe
def policies(request: SignedInRequest) -> HttpResponse:
    """Shows what counts now, and leads to the page of each policy."""
    state.forget()
    policies, now = state.current(), state.present_now()
    window = policies.maintenance
    context = {
        "here": HERE,
        "window": window,
        "is_running": window is not None and window.is_running(now),
        "shown": [row for row in policies.announcements if row.starts_at <= now],
        "joining": SignUpPolicy.Mode(policies.sign_up).label,
        "versions": policies.versions,
        "report": report(now),
        "coming": [row for row in policies.announcements if row.starts_at > now],
    }
    return render(request, "operations/policies/policies.html", context)


@role_required(*STAFF)
@require_http_methods(PAGE)
def maintenance(request: SignedInRequest) -> HttpResponse:
    """Shows the maintenance that is coming or running; plans one, or changes its end."""
    now, may_change = clock.now(), has_right(request.user, "maintenance")
    window = services.open_maintenance(now)
    data = request.POST if request.method == "POST" else None
    form = EndForm(data, initial={"ends_at": window.ends_at}) if window else MaintenanceForm(data)
    if data is not None:
        require_right(request.user, "maintenance")
        if form.is_valid():
            try:
                if window:
                    services.change_end(window=window, by=request.user, **form.cleaned_data)
                else:
                    services.plan_maintenance(by=request.user, **form.cleaned_data)
            except Refused as refused:
                add_refusal(form, refused)
            else:
                messages.success(request, "The end is changed." if window else "The maintenance is planned.")
                return redirect("operations:maintenance")
    context = {
        "here": HERE,
        "window": window,
        "is_running": window is not None and window.starts_at <= now,
        "form": form,
        "past": services.past_maintenance(now)[:MOST_PAST],
        "may_change": may_change,
    }
    return render(request, "operations/policies/maintenance.html", context, status=422 if form.errors else 200)


@role_required(*STAFF)
@require_POST
def end_maintenance(request: SignedInRequest) -> HttpResponse:
    """Ends the maintenance that is running, or cancels the one that is planned."""
    require_right(request.user, "maintenance")
    if services.end_maintenance(by=request.user):
        messages.success(request, "Waymark works as usual again.")
    else:
        messages.info(request, "There is no maintenance to end.")
    return redirect("operations:maintenance")
