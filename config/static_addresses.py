"""The addresses of static files in a checkout, where no manifest has a name with a hash for each of them."""

from __future__ import annotations

from django.contrib.staticfiles.storage import StaticFilesStorage

from config import assets


class VersionedStaticFiles(StaticFilesStorage):
    """Adds the version of the sources to the addresses of styles and scripts, so that browsers keep them until an edit."""

    def url(self, name: str | None) -> str:
        address = super().url(name)
        return f"{address}?v={assets.version()}" if name and name.startswith(("css/", "js/")) else address
