"""The HTML that builders paste into a page of their own site, to show their times there."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import urlencode

from django.conf import settings
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString

from accounts.models import BuilderProfile
from coaching.models import SessionType
from core.themes import THEMES

SCRIPT = "static/js/embed.js"  # its address never changes, since it stands on pages of other sites
INLINE, BUTTON = "inline", "button"
LOOKS = {INLINE: "The times in the page", BUTTON: "A button that opens them"}
SCHEMES = {name: label for name, label in THEMES.items() if name in ("auto", "light", "dark")}


@dataclass(frozen=True)
class Snippet:
    """What to paste for all sessions of a builder, or for one, and the page on Waymark that it leads to without scripts."""

    profile: BuilderProfile
    session_type: SessionType | None
    look: str
    scheme: str
    link: str

    @classmethod
    def chosen(cls, query: Mapping[str, str], profile: BuilderProfile, links: Mapping[SessionType, str]) -> Snippet:
        """Returns the snippet that the address of the page asks for; `links` are the short links of the sessions."""
        wanted = query.get("session", "")
        session_type = next((session_type for session_type in links if str(session_type.pk) == wanted), None)
        look, scheme = query.get("look", ""), query.get("scheme", "")
        page = f"{settings.SITE_URL}{profile.get_absolute_url()}"
        return cls(
            profile,
            session_type,
            look if look in LOOKS else INLINE,
            scheme if scheme in SCHEMES else "auto",
            links[session_type] if session_type else page,
        )

    @property
    def address(self) -> str:
        """The address of the frame."""
        slug = self.profile.slug
        path = reverse("bookings:embed", args=[slug])
        if self.session_type is not None:
            path = reverse("bookings:embed_times", args=[slug, self.session_type.pk])
        query = "" if self.scheme == "auto" else f"?{urlencode({'theme': self.scheme})}"
        return f"{settings.SITE_URL}{path}{query}"

    @property
    def script(self) -> str:
        return f"{settings.SITE_URL}/{SCRIPT}"

    @property
    def element(self) -> SafeString:
        """The element that the script turns into a frame or a button."""
        label = (
            self.session_type.title if self.session_type else f"Book a session with {self.profile.user.display_name}"
        )
        if self.look == BUTTON:
            return format_html('<a href="{}" data-waymark-button="{}">{}</a>', self.link, self.address, label)
        return format_html('<div data-waymark="{}">\n  <a href="{}">{}</a>\n</div>', self.address, self.link, label)

    @property
    def html(self) -> str:
        return f'{self.element}\n<script async src="{self.script}"></script>'
