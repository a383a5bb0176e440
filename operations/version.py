"""The version of Waymark that runs."""

from __future__ import annotations

import tomllib
from contextlib import suppress
from functools import cache
from importlib import metadata
from importlib.metadata import PackageNotFoundError

from django.conf import settings


@cache
def version() -> str:
    """Returns the version of the installed package, or the one in pyproject.toml beside the code."""
    with suppress(PackageNotFoundError):
        return metadata.version("waymark")
    with (settings.BASE_DIR / "pyproject.toml").open("rb") as file:
        project = tomllib.load(file)["project"]
    return str(project["version"])
