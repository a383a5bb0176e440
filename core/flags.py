"""Feature flags: each app registers its own. A flag that decides nothing falls back on a setting."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

import waffle
from django.conf import settings
from django.http import HttpRequest


@dataclass(frozen=True)
class RegisteredFlag:
    """A flag that the code asks for: the setting that counts while no row decides, and a sentence about it.

    With `retires_on`, what is shown while the flag is off goes on that day, and the flag with it; `retires` names it.
    """

    name: str
    setting: str
    about: str
    retires: str = ""
    retires_on: date | None = None


_flags: dict[str, RegisteredFlag] = {}


def register_flag(name: str, *, setting: str, about: str, retires: str = "", retires_on: date | None = None) -> None:
    """Registers a flag. `about` is a sentence for admins that says what it switches."""
    _flags[name] = RegisteredFlag(name, setting, about, retires, retires_on)


def registered_flags() -> list[RegisteredFlag]:
    """Returns all flags that the code asks for, by name."""
    return [_flags[name] for name in sorted(_flags)]


def default_of(name: str) -> bool:
    """Returns the value of the flag's setting; False for a name that is not registered."""
    return name in _flags and bool(getattr(settings, _flags[name].setting))


def is_on(request: HttpRequest, name: str) -> bool:
    """Whether the flag is on for this request. Raises KeyError for a name that is not registered.

    Call it in the view, and never within a cached fragment, which would keep the answer for everybody.
    """
    if name not in _flags:
        raise KeyError(f"no app has registered the flag {name}")
    return bool(waffle.flag_is_active(request, name))


def is_on_for(user: Any, name: str) -> bool:
    """Whether the flag is on for this person, for tasks and webhooks. Raises KeyError for a name that is not registered."""
    if name not in _flags:
        raise KeyError(f"no app has registered the flag {name}")
    flag: Any = waffle.get_waffle_flag_model().get(name)
    return bool(flag.is_active_for(user))
