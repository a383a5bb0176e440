"""The columns of a booking that say what brought the client to book."""

from __future__ import annotations

from django.db import models


class OriginColumns(models.Model):
    """What brought the client: a campaign named in the address, a short link, or a page of another site."""

    class CameBy(models.TextChoices):
        LINK = "link", "Short link"
        EMBED = "embed", "Another site"

    came_by = models.CharField(max_length=5, choices=CameBy.choices, blank=True, default="", db_default="")
    utm_source = models.CharField(max_length=100, blank=True, default="", db_default="")
    utm_medium = models.CharField(max_length=100, blank=True, default="", db_default="")
    utm_campaign = models.CharField(max_length=100, blank=True, default="", db_default="")

    class Meta:
        abstract = True

    @property
    def origin_label(self) -> str:
        """What brought the client, in words, such as `Another site, newsletter / mail / spring`; empty if not known."""
        campaign = " / ".join(text for text in (self.utm_source, self.utm_medium, self.utm_campaign) if text)
        return ", ".join(text for text in (self.get_came_by_display(), campaign) if text)
