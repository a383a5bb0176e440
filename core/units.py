"""Whether a reader measures distances in kilometres or in miles."""

from __future__ import annotations

from django.http import HttpRequest

MILES_REGIONS = frozenset({"US", "GB", "LR"})


def distance_unit(request: HttpRequest) -> str:
    """Returns `miles` if the first language of the browser belongs to a region that uses them, such as en-GB; else `km`."""
    language = request.headers.get("Accept-Language", "").split(",", maxsplit=1)[0].split(";", maxsplit=1)[0]
    region = language.strip()[:20].replace("_", "-").rpartition("-")[2]
    return "miles" if region.upper() in MILES_REGIONS and "-" in language else "km"
