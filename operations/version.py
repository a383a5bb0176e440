"""The version of Waymark that runs."""

from __future__ import annotations

import tomllib
from functools import cache

from django.conf import settings


@cache
def version() -> str:
    """Returns the version in pyproject.toml, which comes with the code."""
    with (settings.BASE_DIR / "pyproject.toml").open("rb") as file:
        project = tomllib.load(file)["project"]
    return str(project["version"])
