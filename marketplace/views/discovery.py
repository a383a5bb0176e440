"""The home page, the search, and the parts of other pages that list builders."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from decimal import Decimal
from typing import Any, cast
from zoneinfo import ZoneInfo

from django.http import HttpRequest, HttpResponse, JsonResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_safe

from accounts import places
from accounts.access import SignedInRequest
from accounts.models import User
from bookings.agreement.visitors import zone_of
from core import clock
from core.access import public, signed_in
from core.compiled import CompiledQuery
from core.cursors import page_of
from core.errors import Refused
from core.htmx import asks_for_part, render_page, render_page_or_part
from core.rates import per_dollar
from core.replicas import reads_from_replica
from core.units import distance_unit
from core.zones import DEFAULT, known_zone
from marketplace import maps, queries, search
from marketplace import next_step as steps
from marketplace.card_cache import render_cards
from marketplace.demand import count_empty_search
from marketplace.filters import search_request
from marketplace.forms import DiscoverForm, parsed_area
from marketplace.relaxing import relaxations
from marketplace.search import SearchRequest
from marketplace.sentence import understood
from marketplace.signed_in_home import signed_in_home
from pathways.models import Pathway, Skill

PAGE_SIZE = 12
MOST_COUNTS = 10  # values of each filter
A_DAY = 60 * 60 * 24
_open_pathways = CompiledQuery(Pathway.objects.open)


@public
@require_safe
def home(request: HttpRequest) -> HttpResponse:
    if request.user.is_authenticated:
        return _signed_in_home(request, request.user)
    context = {"pathways": _open_pathways.rows(), "cards": render_cards(request, queries.top_builders())}
    return render(request, "marketplace/home.html", context)


def _signed_in_home(request: HttpRequest, person: User) -> HttpResponse:
    now = clock.now()
    mine = signed_in_home(person, now)
    shown = [person.pk, *(card.listing.pk for card in mine.favourites)]
    others = queries.top_builders(without=shown)
    kept = queries.favourites_among(person, [card.listing for card in (*others, *mine.favourites)])
    favourites, cards = (render_cards(request, rows, kept=kept) for rows in (mine.favourites, others))
    context = {"mine": replace(mine, favourites=favourites), "cards": cards, "now": now}
    return render_page(request, "marketplace/signed_in_home.html", context, parts=("mine",))


@public
@require_safe
@reads_from_replica
def discover(request: HttpRequest) -> HttpResponse:
    """Searches for builders. The filters are in the URL; a link after the last card leads to more.

    A sentence in the search field becomes filters: of the URL, by a redirect, or of the results alone while somebody is
    still typing it.
    """
    rates, now = per_dollar(), clock.now()
    query = _read_sentence(request, rates, now)
    address = f"{reverse('marketplace:discover')}?{query.urlencode()}" if query is not None else ""
    if query is not None:
        if not asks_for_part(request):
            return redirect(address)
        request.GET = cast("Any", query)
    form, wanted = _parse_search(request, rates, now)
    context = _results(request, form, wanted, now)
    response = render_page(request, "marketplace/discover.html", context, parts=("results",))
    if address:
        response["HX-Push-Url"] = address
    return response


def _results(request: HttpRequest, form: DiscoverForm, wanted: SearchRequest, now: datetime) -> dict[str, Any]:
    """Returns the template variables of a page of results."""
    matching = search.matching(wanted)
    listings, order = search.ordered(queries.brief(matching), wanted)
    cursor, filters = request.GET.get("after"), repr(replace(wanted, windows=()))
    try:
        page = page_of(listings, order=order, limit=PAGE_SIZE, cursor=cursor, filters=filters)
    except Refused:  # the cursor belongs to another search: show the first page
        cursor = None
        page = page_of(listings, order=order, limit=PAGE_SIZE, cursor=None, filters=filters)
    if not page.rows and not cursor and not asks_for_part(request):  # which asks while words are being typed
        count_empty_search(request, wanted)
    most = queries.count_limit(wanted)
    cards = queries.with_slots(queries.cards_of(page.rows, is_brief=True), wanted.windows, now)
    kept = queries.favourites_among(request.user, page.rows)
    return {
        "form": form,
        "wanted": wanted,
        "cards": render_cards(request, cards, level=2, kept=kept, zone=form.zone, unit=form.unit),
        "total": queries.count_up_to(listings, most),
        "most": most,
        "next": page.next_cursor,
        "is_more": bool(cursor),
        "is_map": request.GET.get("view") == "map",
        "zone": form.zone,
        "similar_words": wanted.known_words.with_similar if cards else (),
        "relaxations": [] if cards else _relaxation_links(request, form, wanted, now),
    }


def _read_sentence(request: HttpRequest, rates: Mapping[str, Decimal], now: datetime) -> QueryDict | None:
    """Returns the parameters with what the search words say as filters; None if they say nothing but words."""
    text = request.GET.get("q", "")
    if not text.strip():
        return None
    today = now.astimezone(ZoneInfo(_zone(request))).date()
    place = request.user.place if request.user.is_authenticated and "me" in text.lower().split() else None
    sentence = understood(
        text, today=today, currencies=rates, find_town=places.at_start, home=str(place) if place else ""
    )
    if not sentence.filters:
        return None
    query = QueryDict(mutable=True)
    other_unit = {"km": "miles", "miles": "km"}
    dropped = {"q", "after", *(other_unit.get(name, "") for name in sentence.filters)}
    values = {name: str(value) for name, value in request.GET.items() if value and name not in dropped}
    query.update(({"q": sentence.words} if sentence.words else {}) | values | sentence.filters)
    return query


def _relaxation_links(
    request: HttpRequest, form: DiscoverForm, wanted: SearchRequest, now: datetime
) -> list[tuple[str, int, str]]:
    """Returns what to change in a search that finds nobody: what to call it, how many it finds, and its address."""
    links = []
    for change in relaxations(form, wanted, now):
        query = request.GET.copy()
        for name in (*change.drops, "after"):
            query.pop(name, None)
        for name, value in change.sets.items():
            query[name] = value
        links.append((change.label, change.count, f"?{query.urlencode()}"))
    return links


def _zone(request: HttpRequest) -> str:
    zone = request.GET.get("zone", "")  # from the browser of a visitor without an account
    return zone_of(request, known_zone(zone) or DEFAULT)


def _parse_search(
    request: HttpRequest, rates: Mapping[str, Decimal], now: datetime
) -> tuple[DiscoverForm, SearchRequest]:
    """Returns the form and the search it describes, in the visitor's time zone."""
    form = DiscoverForm(request.GET, zone=_zone(request), unit=distance_unit(request), currencies=rates)
    wanted, problems = search_request(form.filters(now), currencies=form.currencies, now=now)
    for name, messages in problems.items():
        form.add_error(name, messages)
    return form, wanted


@public
@require_safe
@reads_from_replica
def counts(request: HttpRequest) -> HttpResponse:
    """Lists how many results each value of each filter has, as links that add it to the search."""
    form, wanted = _parse_search(request, per_dollar(), clock.now())
    facets = queries.facets(wanted, repr((form.cleaned_data, form.zone)))
    groups = [(form.fields[name].label, _count_links(request, form, name, rows)) for name, rows in facets.items()]
    context = {"groups": [(label, steps) for label, steps in groups if steps]}
    return render_page(request, "marketplace/counts.html", context, parts=("counts",))


@public
@require_safe
@reads_from_replica
def languages(request: HttpRequest) -> HttpResponse:
    """Lists the languages that builders speak, as links to the search."""
    return render(request, "marketplace/languages.html", {"languages": queries.languages()})


@dataclass(frozen=True)
class CountLink:
    """A link that adds a filter value to the search, with the number of results."""

    label: str
    count: int
    address: str
    is_taken: bool


def _count_links(request: HttpRequest, form: DiscoverForm, name: str, rows: list[tuple[str, int]]) -> list[CountLink]:
    """Returns links for the most frequent values, without those that are no longer offered."""
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
@reads_from_replica
def pins(request: HttpRequest) -> JsonResponse:
    """Returns the pins of the search results for the map."""
    listings = search.matching(_parse_search(request, per_dollar(), clock.now())[1])
    return JsonResponse({"pins": maps.pins(listings), "most": maps.MOST_PINS})


@public
@require_safe
def towns(request: HttpRequest) -> JsonResponse:
    """Returns the largest towns in the area of a map. The same for everybody, so cached for a day."""
    area = parsed_area(request.GET.get("area", ""))
    response = JsonResponse({"towns": maps.towns(area) if area else []})
    response["Cache-Control"] = f"public, max-age={A_DAY}"
    return response


@public
@require_safe
@reads_from_replica
def teachers(request: HttpRequest, slug: str) -> HttpResponse:
    """Renders the part of the pathways' pages with builders who teach a skill, by soonest free time."""
    skill = get_object_or_404(Skill.objects.open(), slug=slug)
    context = {"skill": skill, "cards": queries.soonest(SearchRequest(skill=slug))}
    return render(request, "marketplace/_teachers.html", context)


@public
@require_safe
@reads_from_replica
def guides(request: HttpRequest, slug: str) -> HttpResponse:
    """Renders the part of a pathway's page with builders who guide clients on it."""
    pathway = get_object_or_404(Pathway.objects.open(), slug=slug)
    cards = render_cards(request, queries.soonest(SearchRequest(pathway=slug)))
    context = {"pathway": pathway, "cards": cards}
    return render(request, "marketplace/_guides.html", context)


@signed_in
@require_safe
def leaders(request: SignedInRequest, slug: str) -> HttpResponse:
    """Renders the builders that a client can choose as a guide: those they have booked, then others on the pathway."""
    pathway = get_object_or_404(Pathway.objects.open(), slug=slug)
    context = {"pathway": pathway, "cards": queries.leaders(request.user, slug)}
    return render(request, "marketplace/_leaders.html", context)


@signed_in
@require_safe
def next_step(request: SignedInRequest) -> HttpResponse:
    """Shows the next skill on the person's pathway with builders who teach it, each with a free time and its price. Other
    pages load its part."""
    step = steps.next_step(request.user, clock.now(), pathway=request.GET.get("on", "")[:80])
    page = "marketplace/next_step.html"
    return render_page_or_part(request, page, f"{page}#step", {"step": step})
