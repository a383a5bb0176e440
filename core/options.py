"""Options of selects as ready HTML: with hundreds, building them for each request takes longer than the rest of the page."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from functools import lru_cache
from typing import Any

from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe


def options_html(choices: Iterable[tuple[Any, Any]], chosen: Collection[str]) -> SafeString:
    """Returns an option for each (value, label), with the chosen values selected. Labels are text and get escaped."""
    html = _options(tuple((str(value), str(label)) for value, label in choices))
    for value in chosen:
        start = f'<option value="{escape(value)}"'
        html = html.replace(f"{start}>", f"{start} selected>", 1)
    return mark_safe(html)  # noqa: S308  (escaped below)


@lru_cache(maxsize=128)
def _options(choices: tuple[tuple[str, str], ...]) -> str:
    return "".join(f'<option value="{escape(value)}">{escape(label)}</option>' for value, label in choices)
