"""What is known of the visitor of an embed. It goes from page to page in a signed token, since frames get no cookies."""

from __future__ import annotations

import re
import secrets
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import timedelta
from uuid import UUID

from django.core import signing
from django.utils.crypto import salted_hmac

from bookings.agreement.origins import NO_ORIGIN, BookingOrigin
from core.themes import THEMES
from core.zones import known_zone

SALT = "bookings.embeds"
BOOKED_SALT = "bookings.embeds.booked"
LASTS = timedelta(days=1)
MOST_ANSWERS, LONGEST = 10, 300  # a1 to a10, as far as an address should hold them
SITE = re.compile(r"https?://[a-z0-9.-]+(:\d{1,5})?", re.ASCII)


@dataclass(frozen=True)
class EmbedDraft:
    """The visitor's secret, which takes the place of a cookie, and what the site that shows the frame has sent."""

    secret: str
    site: str = ""  # the origin that messages are posted to
    is_from_list: bool = False  # whether the frame shows all sessions of the builder
    theme: str = "auto"
    zone: str = ""
    name: str = ""
    email: str = ""
    answers: tuple[str, ...] = ()  # by the position of the question
    origin: BookingOrigin = NO_ORIGIN

    @classmethod
    def of(cls, query: Mapping[str, str]) -> EmbedDraft:
        """Returns the draft of a token; without one that is valid, a new draft of what the address says."""
        return cls._signed(query.get("draft", "")) or cls._new(query)

    @classmethod
    def _signed(cls, token: str) -> EmbedDraft | None:
        """Returns the draft of a token; None for one that is too old, was changed, or is of a release with other fields."""
        try:
            values = signing.loads(token, salt=SALT, max_age=LASTS)
            origin = BookingOrigin(**values.pop("origin"))
            return cls(**values | {"answers": tuple(values["answers"]), "origin": origin})
        except (signing.BadSignature, KeyError, TypeError):
            return None

    @classmethod
    def _new(cls, query: Mapping[str, str]) -> EmbedDraft:
        site, theme = query.get("site", "").lower(), query.get("theme", "")
        answers = [query.get(f"a{number}", "")[:LONGEST] for number in range(1, MOST_ANSWERS + 1)]
        return cls(
            secret=secrets.token_urlsafe(16),
            site=site if SITE.fullmatch(site) else "",
            theme=theme if theme in THEMES else "auto",
            zone=known_zone(query.get("zone", "")) or "",
            name=query.get("name", "")[:LONGEST],
            email=query.get("email", "")[:LONGEST],
            answers=tuple(answers) if any(answers) else (),
            origin=BookingOrigin.of(query, came_by="embed"),
        )

    @property
    def token(self) -> str:
        return signing.dumps(asdict(self), salt=SALT, compress=True)

    def form_key(self, session_type: UUID) -> UUID:
        """Returns the key of the form for a session: sent twice, it books once. A site that has made the draft cannot work
        it out, since whoever has the key gets the booking again."""
        return UUID(bytes=salted_hmac(BOOKED_SALT, f"{self.secret}:{session_type}", algorithm="sha256").digest()[:16])


def booked_token(booking: UUID) -> str:
    """Returns a token that only the browser gets that has booked: the one of the draft may come from the site."""
    return signing.dumps(str(booking), salt=BOOKED_SALT)


def has_booked(token: str, booking: UUID) -> bool:
    """Whether the token was given to the browser that has booked this."""
    try:
        return bool(signing.loads(token, salt=BOOKED_SALT, max_age=LASTS) == str(booking))
    except signing.BadSignature:
        return False
