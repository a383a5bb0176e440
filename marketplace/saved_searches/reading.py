"""Reads the address of a search with the form of its page."""

from __future__ import annotations

from datetime import datetime

from django.http import QueryDict

from core.rates import per_dollar
from marketplace import search
from marketplace.filters import search_request
from marketplace.forms import DiscoverForm
from marketplace.search import SearchRequest

TIMES = ("day", "time", "date", "free")  # filters by time, in whose place are the days and hours of the saved search
NOT_SAVED = ("after", "view", "zone")


class FormReader:
    """Reads addresses as the search page does."""

    def kept_query(self, parameters: QueryDict) -> str:
        """Returns the filters of a search as in its address, without those by time, empty ones, and the page of the results."""
        query = QueryDict(mutable=True)
        for name, value in parameters.items():
            if value and name not in (*TIMES, *NOT_SAVED) and name in (*DiscoverForm.base_fields, "km", "miles"):
                query[name] = str(value)
        return query.urlencode()

    def wanted_of(self, query: str, now: datetime) -> SearchRequest:
        """Returns the search that it describes, with the filters that are still valid."""
        form = DiscoverForm(QueryDict(query), zone="UTC", currencies=per_dollar())  # no filter by time is left
        wanted, _ = search_request(form.filters(now), currencies=form.currencies, now=now)
        return wanted.changed(windows=(), sort=search.RATING)
