"""Where files lie: static ones named by their content, people's public pictures, and what only they may read."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.files.storage import FileSystemStorage
from servestatic.storage import CompressedManifestStaticFilesStorage


class PrivateFiles(FileSystemStorage):
    """For files that a view hands out after it has asked who wants them; no address leads to them."""

    @property
    def base_location(self) -> str:
        return str(settings.PRIVATE_ROOT)

    @property
    def location(self) -> str:
        return str(Path(self.base_location).absolute())

    def url(self, name: str | None) -> str:
        raise ValueError("a private file has no address")


private_files = PrivateFiles()


IMPORTS = (
    r"""(?P<matched>import(?P<names>\s+\{.*?\})\s*from\s*["'](?P<url>\./.*?)["']\s*;)""",
    """import%(names)s from "%(url)s";""",
)


class HashedStaticStorage(CompressedManifestStaticFilesStorage):
    """Django can rewrite the imports in all packages' JavaScript or in none; this does it in ours."""

    def __init__(self, *args: Any, **options: Any) -> None:
        self.patterns = (*self.patterns, ("js/*.js", (IMPORTS,)))
        super().__init__(*args, **options)
