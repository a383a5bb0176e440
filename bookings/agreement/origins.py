"""What brought a visitor to book: the campaign named in an address, a short link, or a page of another site."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from urllib.parse import parse_qsl, urlencode
from uuid import UUID

from django.conf import settings
from django.http import HttpRequest, HttpResponse

from core.names import tidy

COOKIE = "origin"
CAMPAIGN = ("utm_source", "utm_medium", "utm_campaign")
LONGEST = 100
MONTH = 60 * 60 * 24 * 30


@dataclass(frozen=True)
class BookingOrigin:
    """The values of `OriginColumns`. All of them are empty if nothing is known."""

    came_by: str = ""
    utm_source: str = ""
    utm_medium: str = ""
    utm_campaign: str = ""

    @property
    def is_known(self) -> bool:
        return any(asdict(self).values())

    @classmethod
    def of(cls, query: Mapping[str, str], came_by: str = "") -> BookingOrigin:
        """Returns what an address says. Texts are cut to what is stored, since anybody can write them."""
        return cls(came_by, *(_cleaned(query.get(name, "")) for name in CAMPAIGN))


NO_ORIGIN = BookingOrigin()


def _cleaned(text: str) -> str:
    printable = "".join(character for character in text if character.isprintable())
    return tidy(printable)[:LONGEST].strip()


def origin_of(request: HttpRequest, builder: UUID) -> BookingOrigin:
    """Returns what brought the visitor to this builder: by the address of the page, else by the cookie."""
    origin, kept = BookingOrigin.of(request.GET), dict(parse_qsl(request.COOKIES.get(COOKIE, "")[:2000]))
    is_kept = kept.get("builder") == str(builder)
    came_by = "link" if is_kept and kept.get("came_by") == "link" else ""
    if origin.is_known:
        return BookingOrigin.of(request.GET, came_by)
    return BookingOrigin.of(kept, came_by) if is_kept else origin


def remember_origin(request: HttpRequest, response: HttpResponse, builder: UUID, *, came_by: str = "") -> HttpResponse:
    """Returns the response, with a cookie if the address says what brought the visitor to this builder.

    The cookie names the builder, so that nobody else gets to see the names of a builder's campaigns.
    """
    origin = BookingOrigin.of(request.GET, came_by)
    if origin.is_known:
        value = urlencode({"builder": str(builder)} | {name: text for name, text in asdict(origin).items() if text})
        response.set_cookie(COOKIE, value, max_age=MONTH, httponly=True, samesite="Lax", secure=settings.HTTPS)
    return response
