"""CSV downloads that are safe to open in a spreadsheet."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Sequence
from decimal import Decimal
from typing import Any

from django.http import HttpResponse

from core.names import tidy

FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n")


def cell(value: Any) -> str:
    """Returns the value as text that no spreadsheet takes for a formula: people's text may begin with `=`."""
    text = "" if value is None else str(value)
    if isinstance(value, int | float | Decimal):  # a negative number is no formula
        return text
    return f"'{text}" if text.lstrip(" ").startswith(FORMULA) else text


def csv_response(name: str, head: Sequence[str], rows: Iterable[Sequence[Any]]) -> HttpResponse:
    """Returns the table as a download. It begins with a byte order mark, by which spreadsheets know that it is UTF-8."""
    response = HttpResponse("\ufeff", content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    response["Cache-Control"] = "private, no-store"
    writer = csv.writer(response)
    writer.writerow(head)
    writer.writerows([cell(tidy(value) if isinstance(value, str) else value) for value in row] for row in rows)
    return response
