"""Counts the searches that find nobody."""

from __future__ import annotations

from django.http import HttpRequest

from bookings.agreement.visitors import visitor_of
from core import demand
from marketplace.search import SearchRequest


def count_empty_search(request: HttpRequest, wanted: SearchRequest) -> None:
    """Counts a search without results, once a day for each visitor. Strangers are told apart by their network, since a
    program sends no cookie. Results for an area of the map are not counted: the map asks again whenever it moves."""
    visitor = visitor_of(request)
    is_for_something = wanted.words or wanted.services or wanted.pathway or wanted.place
    if is_for_something and wanted.area is None:
        demand.record(
            demand.Kind.SEARCH,
            visitor=visitor.key if visitor.person else visitor.address,
            words=wanted.words,
            service=wanted.services[0] if wanted.services else "",
            pathway=wanted.pathway,
            town=wanted.place.name if wanted.place else "",
        )
