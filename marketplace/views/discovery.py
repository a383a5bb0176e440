"""Home, discovery, and the parts of other pages that show builders."""

from __future__ import annotations

from dataclasses import dataclass, replace

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.views.decorators.http import require_safe

from accounts.access import SignedInRequest
from bookings.agreement.visitors import zone_of
from core import clock, flags
from core.access import public, signed_in
from core.cursors import page_of
from core.errors import Refused
from core.htmx import render_page
from core.zones import DEFAULT, known_zone
from marketplace import maps, queries, search
from marketplace.card_cache import fill_parts
from marketplace.forms import DiscoverForm, parsed_area
from marketplace.search import SearchRequest
from pathways.models import Pathway, Skill

PAGE_SIZE = 12
MOST_COUNTS = 10  # of each kind
A_DAY = 60 * 60 * 24


@public
@require_safe
def home(request: HttpRequest) -> HttpResponse:
    cards = fill_parts(queries.best(), level=3)
    kept = queries.kept_by(request.user, [card.listing for card in cards])
    context = {"pathways": Pathway.objects.open(), "cards": cards, "kept": kept, **card_kind(request)}
    return render(request, "marketplace/home.html", context)


def card_kind(request: HttpRequest) -> dict[str, bool]:
    """Which card this visitor sees, asked once."""
    return {"cards_v2": flags.is_on(request, flags.BUILDER_CARDS_V2)}


@public
@require_safe
def discover(request: HttpRequest) -> HttpResponse:
    """Everything that is asked for is in the address; more comes by a link that carries on after the last card."""
    form, wanted = _asked(request)
    listings, order = search.ordered(search.matching(wanted), wanted)
    cursor, asked = request.GET.get("after"), repr(replace(wanted, windows=()))
    try:
        page = page_of(listings, order=order, limit=PAGE_SIZE, cursor=cursor, filters=asked)
    except Refused:  # of another search: begin with its first page
        cursor = None
        page = page_of(listings, order=order, limit=PAGE_SIZE, cursor=None, filters=asked)
    most = queries.most_counted(wanted)
    context = {
        "form": form,
        "wanted": wanted,
        "cards": fill_parts(queries.cards_of(page.rows), level=2),
        "total": queries.counted(listings, most),
        "most": most,
        "next": page.next_cursor,
        "is_more": bool(cursor),
        "is_map": request.GET.get("view") == "map",
        "kept": queries.kept_by(request.user, page.rows),
        "zone": form.zone,
        **card_kind(request),
    }
    return render_page(request, "marketplace/discover.html", context, parts=("results",))


def _asked(request: HttpRequest) -> tuple[DiscoverForm, SearchRequest]:
    """The form with what was understood of it, on the visitor's own clock."""
    zone = request.GET.get("zone", "")  # of a stranger, by their browser
    form = DiscoverForm(request.GET, zone=zone_of(request, known_zone(zone) or DEFAULT))
    return form, form.wanted(clock.now())


@public
@require_safe
def counts(request: HttpRequest) -> HttpResponse:
    """How many there are of each, each a step into the search."""
    form, wanted = _asked(request)
    facets = queries.facets(wanted, repr((form.cleaned_data, form.zone)))
    groups = [(form.fields[name].label, _steps(request, form, name, rows)) for name, rows in facets.items()]
    context = {"groups": [(label, steps) for label, steps in groups if steps]}
    return render_page(request, "marketplace/counts.html", context, parts=("counts",))


@dataclass(frozen=True)
class CountLink:
    """One more thing to ask for, and how many there would be."""

    label: str
    count: int
    address: str
    is_taken: bool


def _steps(request: HttpRequest, form: DiscoverForm, name: str, rows: list[tuple[str, int]]) -> list[CountLink]:
    """What is no longer offered is left out."""
    labels, chosen, links = form.labels(name), form.cleaned_data.get(name), []
    for value, count in rows:
        if value in labels:
            query = request.GET.copy()
            query[name] = value
            query.pop("after", None)
            address = f"{reverse('marketplace:discover')}?{query.urlencode()}"
            links.append(CountLink(labels[value], count, address, value == chosen))
    return links[:MOST_COUNTS]


@public
@require_safe
def pins(request: HttpRequest) -> JsonResponse:
    """Where those are who match, for the map."""
    listings = search.matching(_asked(request)[1])
    return JsonResponse({"pins": maps.pins(listings), "most": maps.MOST_PINS})


@public
@require_safe
def towns(request: HttpRequest) -> JsonResponse:
    """The largest towns of what a map shows: the same for everybody, for long."""
    area = parsed_area(request.GET.get("area", ""))
    response = JsonResponse({"towns": maps.towns(area) if area else []})
    response["Cache-Control"] = f"public, max-age={A_DAY}"
    return response


@public
@require_safe
def teachers(request: HttpRequest, slug: str) -> HttpResponse:
    """A part of the pathways' pages: who teaches a skill and has a free time, the soonest first."""
    skill = get_object_or_404(Skill.objects.open(), slug=slug)
    context = {"skill": skill, "cards": queries.soonest(SearchRequest(skill=slug))}
    return render(request, "marketplace/_teachers.html", context)


@public
@require_safe
def guides(request: HttpRequest, slug: str) -> HttpResponse:
    """A part of a pathway's page: who walks it with people."""
    pathway = get_object_or_404(Pathway.objects.open(), slug=slug)
    context = {"pathway": pathway, "cards": queries.soonest(SearchRequest(pathway=slug)), **card_kind(request)}
    return render(request, "marketplace/_guides.html", context)


@signed_in
@require_safe
def leaders(request: SignedInRequest, slug: str) -> HttpResponse:
    """A part of the page where one chooses who walks with one: whom one knows, then who walks that pathway."""
    pathway = get_object_or_404(Pathway.objects.open(), slug=slug)
    context = {"pathway": pathway, "cards": queries.leaders(request.user, slug)}
    return render(request, "marketplace/_leaders.html", context)
