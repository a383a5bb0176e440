"""Dashboard pages for a builder's Calendly account: connecting it, its event types, and their differences."""

from __future__ import annotations

from collections.abc import Callable
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods, require_POST

from accounts.access import SignedInRequest
from accounts.models import BuilderProfile
from accounts.roles import Role
from coaching.terms import offer_of
from connections.calendly import accounts, service
from connections.calendly.client import CalendlyFault
from connections.calendly.flags import CALENDLY
from connections.calendly.models import CalendlyAccount
from connections.models import LinkedAccount
from connections.oauth.services import AccountBroken
from core import flags
from core.access import role_required
from core.errors import Refused
from core.forms import add_refusal
from core.htmx import render_page
from core.service_calls import ServiceDown
from pathways.models import Pathway
from scheduling.calendly import event_types, queries, runs, services
from scheduling.calendly.forms import CalendlyLinkForm, CalendlyTokenForm, LeaveForm, TermsForm
from scheduling.calendly.models import CalendlyEventType
from scheduling.calendly.proposals import proposal_for

builders_only = role_required(Role.BUILDER)
SECONDS = 4  # seconds that a preview waits for each page of Calendly's list


@builders_only
@require_http_methods(["GET", "HEAD", "POST"])
def calendly(request: SignedInRequest) -> HttpResponse:
    """Shows the connected account, or the ways to connect one; a POST connects it with a token."""
    account = _account_or_404(request)
    form = CalendlyTokenForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            service.connect_with_token(owner=request.user, token=form.cleaned_data["token"])
        except Refused as refused:
            add_refusal(form, refused)
            if account is not None and not account.is_broken:  # the page has no form then
                messages.error(request, refused.sentence)
                return redirect("scheduling:calendly")
        else:
            return _connected(request)
    status = 422 if form.errors else 200
    context = _context(request, account) | {"form": form}
    return render_page(request, "scheduling/calendly/calendly.html", context, parts=("account",), status=status)


def _context(request: SignedInRequest, account: LinkedAccount | None) -> dict[str, object]:
    profile = get_object_or_404(BuilderProfile, user=request.user)
    context: dict[str, object] = {
        "account": account,
        "may_connect": flags.is_on(request, CALENDLY),
        "has_oauth": service.has_oauth(),
        "has_platform_key": service.has_platform_key(),
        "link_form": CalendlyLinkForm(initial={"calendly_url": profile.calendly_url}),
        "calendly_url": profile.calendly_url,
    }
    if account is not None:
        context["details"] = CalendlyAccount.objects.filter(account=account).select_related("calendar").first()
        context["sync"] = queries.last_sync(account)
        context["rows"] = queries.event_type_rows(request.user.pk)
    return context


@builders_only
@require_POST
def connect_platform(request: SignedInRequest) -> HttpResponse:
    """Connects the member of the platform's organisation who has the builder's address."""
    _account_or_404(request)
    return _act(request, lambda: service.connect_with_platform_key(owner=request.user), "Calendly is connected.")


@builders_only
@require_POST
def save_link(request: SignedInRequest) -> HttpResponse:
    """Saves the address of the builder's page at Calendly, which needs no account."""
    account = _account_or_404(request)
    form = CalendlyLinkForm(request.POST)
    if form.is_valid():
        profile = get_object_or_404(BuilderProfile, user=request.user)
        try:
            services.save_link(profile=profile, link=form.cleaned_data["calendly_url"])
        except Refused as refused:
            add_refusal(form, refused)
        else:
            messages.success(request, "Saved.")
            return redirect("scheduling:calendly")
    context = _context(request, account) | {"form": CalendlyTokenForm(), "link_form": form}
    return render(request, "scheduling/calendly/calendly.html", context, status=422)


@builders_only
@require_POST
def sync(request: SignedInRequest) -> HttpResponse:
    """Queues a run; the page shows how far it is."""
    _own_account(request)
    return _act(request, lambda: services.request_sync(builder=request.user), "Waymark is reading your event types.")


@builders_only
@require_POST
def preview(request: SignedInRequest) -> HttpResponse:
    """Shows what a run would change, and changes nothing."""
    account = _own_account(request)
    changes, error = [], ""
    try:
        changes = event_types.plan(builder=request.user.pk, read=runs.read_event_types(account, seconds=SECONDS))
    except (ServiceDown, CalendlyFault) as fault:
        error = str(fault)
    except AccountBroken:
        error = runs.BROKEN
    return render(request, "scheduling/calendly/preview.html", {"changes": changes, "error": error})


@builders_only
@require_POST
def set_writing(request: SignedInRequest) -> HttpResponse:
    """Saves whether sessions that are booked here are written to Calendly."""
    is_on = request.POST.get("writes") == "yes"
    services.set_writing(account=_own_account(request), is_on=is_on)
    messages.success(
        request, "Sessions will be written to Calendly." if is_on else "Sessions will stay only on Waymark."
    )
    return redirect("scheduling:calendly")


@builders_only
@require_http_methods(["GET", "HEAD", "POST"])
def disconnect(request: SignedInRequest) -> HttpResponse:
    """Asks before it disconnects the account, and what shall happen to the session types. Works without the flag."""
    account = _own_account(request)
    form = LeaveForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        services.disconnect(account=account, keeps_open=form.cleaned_data["sessions"] == "open", by=request.user)
        messages.success(request, "Calendly is disconnected. Bookings that were made there stay as they are.")
        return redirect("scheduling:connections")
    status = 422 if form.errors else 200
    return render(request, "scheduling/calendly/disconnect.html", {"account": account, "form": form}, status=status)


@builders_only
@require_http_methods(["GET", "HEAD", "POST"])
def event_type(request: SignedInRequest, pk: UUID) -> HttpResponse:
    """Lets the builder choose category, pathways, price and where it is booked."""
    row = _own_event_type(request, pk)
    form = TermsForm(request.POST or None, initial=_initial(row))
    if request.method == "POST" and form.is_valid():
        try:
            session_type = services.choose_terms(event_type=row, terms=form.terms(), by=request.user)
        except Refused as refused:
            add_refusal(form, refused)
        else:
            state = "can be booked" if session_type.is_active else "is saved"
            messages.success(request, f"“{session_type}” {state}.")
            return redirect("scheduling:calendly")
    context = {
        "form": form,
        "row": row,
        "differences": event_types.differences(row),
        "currency": offer_of(request.user.pk).currency,
    }
    return render(request, "scheduling/calendly/event_type.html", context, status=422 if form.errors else 200)


@builders_only
@require_POST
def settle(request: SignedInRequest, pk: UUID) -> HttpResponse:
    """Takes Calendly's values for what was changed by hand, or keeps the builder's."""
    row = _own_event_type(request, pk)
    takes_calendlys = request.POST.get("take") == "calendly"
    names = [name for name, *_ in event_types.differences(row)]
    services.settle(event_type=row, names=names, takes_calendlys=takes_calendlys)
    messages.success(request, "Changed back to the values on Calendly." if takes_calendlys else "Your own values stay.")
    return redirect("scheduling:calendly_event_type", pk)


def _initial(row: CalendlyEventType) -> dict[str, object]:
    """Returns the present terms, or those that the name suggests for one that has none yet."""
    session_type = row.session_type
    booked = "calendly" if session_type.books_on_calendly else "here"
    if row.mapped_at is None:
        proposal = proposal_for(row.name, list(Pathway.objects.filter(is_active=True)))
        return {"category": proposal.category, "pathways": proposal.pathways, "booked": booked}
    prices = {length.price for length in session_type.durations.all()}
    price = next(iter(prices)) if len(prices) == 1 else None
    return {
        "category": session_type.category,
        "pathways": session_type.pathways.all(),
        "booked": booked,
        "price": None if price is None else price.normalize(),
    }


def _account_or_404(request: SignedInRequest) -> LinkedAccount | None:
    """Returns the account, if any. Without the flag there is no page for somebody who has none."""
    account = accounts.account_of(request.user)
    if account is None and not flags.is_on(request, CALENDLY):
        raise Http404
    return account


def _own_account(request: SignedInRequest) -> LinkedAccount:
    account = accounts.account_of(request.user)
    if account is None:
        raise Http404
    return account


def _own_event_type(request: SignedInRequest, pk: UUID) -> CalendlyEventType:
    rows = CalendlyEventType.objects.select_related("session_type__builder__builder_profile")
    return get_object_or_404(rows, builder=request.user.pk, pk=pk)


def _act(request: SignedInRequest, work: Callable[[], object], success: str) -> HttpResponse:
    try:
        work()
    except Refused as refused:
        messages.error(request, refused.sentence)
    else:
        messages.success(request, success)
    return redirect("scheduling:calendly")


def _connected(request: SignedInRequest) -> HttpResponse:
    messages.success(request, "Calendly is connected. Waymark is reading your event types.")
    return redirect("scheduling:calendly")
