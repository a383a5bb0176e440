"""Fields of PostgreSQL types that Django has none for."""

from __future__ import annotations

from typing import Any

from django.db import models


class DateTimeMultiRangeField(models.Field[Any, Any]):
    """Several stretches of time that do not touch each other (`tstzmultirange`)."""

    def db_type(self, connection: Any) -> str:
        return "tstzmultirange"
