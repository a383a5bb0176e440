"""Reads the limits of the alarms from `config/alarms.toml`, and what ALARMS_FILE replaces of them."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

from django.conf import settings
from pydantic import BaseModel, ConfigDict, ValidationError

DEFAULTS = Path("config") / "alarms.toml"


class AlarmLimit(BaseModel):
    """When an alarm goes on and off; the comments in `config/alarms.toml` say what the numbers are of."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    limit: float
    clear: float
    minutes: int = 0
    minimum: int = 0


class WrongLimits(Exception):
    """The file cannot be read, with the reason for operators."""


def limits() -> Mapping[str, AlarmLimit]:
    """Returns the limit of each alarm by its name. Raises WrongLimits."""
    return _read(settings.BASE_DIR / DEFAULTS, settings.ALARMS_FILE)


@cache
def _read(defaults: Path, own: str) -> Mapping[str, AlarmLimit]:
    values = _tables(defaults)
    for name, changed in (_tables(Path(own)) if own else {}).items():
        if name not in values:
            raise WrongLimits(f"{own}: there is no alarm {name}.")
        values[name] = values[name] | changed
    return {name: _limit(f"{own or defaults}: {name}", table) for name, table in values.items()}


def _limit(place: str, table: dict[str, Any]) -> AlarmLimit:
    try:
        return AlarmLimit.model_validate(table)
    except ValidationError as error:
        first = error.errors()[0]
        raise WrongLimits(f"{place}.{'.'.join(map(str, first['loc']))}: {first['msg']}.") from None


def _tables(path: Path) -> dict[str, dict[str, Any]]:
    try:
        with path.open("rb") as file:
            tables = tomllib.load(file)
    except (OSError, tomllib.TOMLDecodeError) as error:
        raise WrongLimits(f"{path}: {error}") from None
    if not all(isinstance(table, dict) for table in tables.values()):
        raise WrongLimits(f"{path}: each alarm is a table, such as [queue_age].")
    return tables
