"""The pages of saved searches, of favourites that notify, and the links that stop mails."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.access import SignedInRequest
from accounts.models import BuilderProfile
from bookings.waiting_list.rules import describe_week
from core import clock
from core.access import public, signed_in
from core.errors import Refused
from core.rates import per_dollar
from core.requests import own_path
from core.units import distance_unit
from marketplace.forms import WEEKDAYS, DiscoverForm, hours_of
from marketplace.models import BuilderListing, Favourite, SavedSearch
from marketplace.saved_searches import services, stopping
from marketplace.saved_searches.forms import SavedSearchForm
from marketplace.saved_searches.services import SearchDetails

MOST_FAVOURITES = 100


@signed_in
@require_safe
def saved_searches(request: SignedInRequest) -> HttpResponse:
    """Lists the person's saved searches, and their favourites with whether they notify. Four queries."""
    rows = SavedSearch.objects.filter(person=request.user)
    favourites = list(Favourite.objects.filter(person=request.user)[:MOST_FAVOURITES])
    listings = BuilderListing.objects.public().in_bulk([favourite.builder_id for favourite in favourites])
    context = {
        "searches": [(saved, describe_week(saved)) for saved in rows],
        "favourites": [(row, listings[row.builder_id]) for row in favourites if row.builder_id in listings],
    }
    return render(request, "marketplace/saved_searches/saved_searches.html", context)


@signed_in
@require_POST
def save_search(request: SignedInRequest) -> HttpResponse:
    """Saves the search of the page that it was sent from, as its filters are in the address."""
    query = request.POST.get("query", "")[: services.LONGEST_QUERY + 1]
    try:
        services.save_search(person=request.user, details=_details(request, query))
    except Refused as error:
        messages.error(request, error.text)
        return redirect(own_path(f"{reverse('marketplace:discover')}?{query}", reverse("marketplace:discover")))
    messages.success(request, "Search saved. We will tell you when a time opens up.")
    return redirect("marketplace:saved_searches")


def _details(request: SignedInRequest, query: str) -> SearchDetails:
    """Returns the search with a name by what it filters, and the days and hours that it asks for."""
    parameters = services.parameters_of(query)
    form = DiscoverForm(parameters, zone=request.user.timezone, unit=distance_unit(request), currencies=per_dollar())
    form.filters(clock.now())
    cleaned = form.cleaned_data
    first, last = hours_of(cleaned.get("time") or "")
    labels = [cleaned.get("q", ""), *(chip.label for chip in form.chips)]
    name = ", ".join(label for label in labels if label)[:80].strip()
    return SearchDetails(name or "All builders", query, WEEKDAYS[cleaned.get("day") or ""], first * 60, last * 60)


@signed_in
@require_http_methods(["GET", "HEAD", "POST"])
def saved_search(request: SignedInRequest, pk: UUID) -> HttpResponse:
    """Changes a saved search, pauses it, goes on with it, or deletes it."""
    saved = get_object_or_404(SavedSearch, pk=pk, person=request.user)
    act = request.POST.get("act", "")
    if act in ("pause", "resume"):
        services.pause_search(saved=saved, is_paused=act == "pause")
        messages.success(request, "Paused." if act == "pause" else "We will tell you again when a time opens up.")
        return redirect("marketplace:saved_searches")
    if act == "delete":
        services.delete_search(saved=saved)
        messages.success(request, "Deleted.")
        return redirect("marketplace:saved_searches")
    data = request.POST if request.method == "POST" else None
    form = SavedSearchForm(data, saved=saved, unit=distance_unit(request))
    if request.method == "POST" and form.is_valid():
        try:
            services.change_search(saved=saved, details=form.details)
        except Refused as error:
            for field, problems in (error.fields or {"": [error.sentence]}).items():
                form.add_error({"name": "name", "to_minute": "before", "query": "q"}.get(field), problems)
        else:
            messages.success(request, "Saved.")
            return redirect("marketplace:saved_searches")
    context = {"saved": saved, "form": form}
    status = 422 if request.method == "POST" else 200
    return render(request, "marketplace/saved_searches/saved_search.html", context, status=status)


@signed_in
@require_POST
def watch(request: SignedInRequest, slug: str) -> HttpResponse:
    """Sets whether the person is told when this builder has time again."""
    profile = get_object_or_404(BuilderProfile.objects.public().select_related("user"), slug=slug)
    notifies = request.POST.get("act") == "watch"
    services.set_notifies(person=request.user, profile=profile, notifies=notifies)
    name = profile.user.display_name
    messages.success(
        request, f"We will tell you when {name} is free again." if notifies else f"No more notices about {name}."
    )
    return redirect(own_path(request.POST.get("next", ""), reverse("marketplace:saved_searches")))


@csrf_exempt  # mail programs send it without cookies (RFC 8058); the signature proves who may stop what
@public
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def stop(request: HttpRequest, token: str) -> HttpResponse:
    """Asks whether to stop the mails that the link is about, and stops them by POST."""
    stopped = stopping.opened_stop(token)
    if stopped is None:
        raise Http404
    if request.method == "POST":
        stopping.stop(stopped=stopped)
    context = {"stopped": stopped, "is_done": request.method == "POST"}
    return render(request, "marketplace/saved_searches/stop.html", context)
