"""Feature flags: each app registers its own. A flag that decides nothing falls back on a setting."""

from __future__ import annotations

from typing import Any

import waffle
from django.conf import settings
from django.http import HttpRequest

_settings: dict[str, str] = {}


def register_flag(name: str, *, setting: str) -> None:
    """Registers a flag, and the setting that counts for it while no row decides."""
    _settings[name] = setting


def registered_flags() -> list[str]:
    """Returns the names of all flags that the code asks for."""
    return sorted(_settings)


def default_of(name: str) -> bool:
    """Returns the value of the flag's setting; False for a name that is not registered."""
    return name in _settings and bool(getattr(settings, _settings[name]))


def is_on(request: HttpRequest, name: str) -> bool:
    """Whether the flag is on for this request. Raises KeyError for a name that is not registered.

    Call it in the view, and never within a cached fragment, which would keep the answer for everybody.
    """
    if name not in _settings:
        raise KeyError(f"no app has registered the flag {name}")
    return bool(waffle.flag_is_active(request, name))


def is_on_for(user: Any, name: str) -> bool:
    """Whether the flag is on for this person, for tasks and webhooks. Raises KeyError for a name that is not registered."""
    if name not in _settings:
        raise KeyError(f"no app has registered the flag {name}")
    flag: Any = waffle.get_waffle_flag_model().get(name)
    return bool(flag.is_active_for(user))
