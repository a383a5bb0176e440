"""Static files in production: named by their content, compressed, our JavaScript modules included."""

from __future__ import annotations

from typing import Any

from servestatic.storage import CompressedManifestStaticFilesStorage

IMPORTS = (
    r"""(?P<matched>import(?P<names>\s+\{.*?\})\s*from\s*["'](?P<url>\./.*?)["']\s*;)""",
    """import%(names)s from "%(url)s";""",
)


class HashedStaticStorage(CompressedManifestStaticFilesStorage):
    """Django can rewrite the imports in all packages' JavaScript or in none; this does it in ours."""

    def __init__(self, *args: Any, **options: Any) -> None:
        self.patterns = (*self.patterns, ("js/*.js", (IMPORTS,)))
        super().__init__(*args, **options)
