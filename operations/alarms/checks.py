"""A check of the settings: that the limits of the alarms can be read, and belong to alarms."""

from __future__ import annotations

from typing import Any

from django.core.checks import CheckMessage, Error, register

from operations.alarms.definitions import BY_NAME
from operations.alarms.limits import WrongLimits, limits


@register()
def limits_of_alarms(app_configs: Any, **kwargs: Any) -> list[CheckMessage]:
    """Refuses a file of limits that cannot be read, or that has another set of alarms than the code."""
    try:
        known = limits()
    except WrongLimits as error:
        return [Error(str(error), id="waymark.E020")]
    different = sorted(known.keys() ^ BY_NAME.keys())
    if different:
        return [
            Error(f"config/alarms.toml and operations/alarms.py differ in {', '.join(different)}.", id="waymark.E021")
        ]
    return []
