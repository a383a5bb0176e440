"""What the lists of the admin need beside Django's own tags."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import Any

from django import template
from django.utils.html import escape, strip_tags
from django.utils.safestring import SafeString, mark_safe
from django.utils.text import capfirst

register = template.Library()


@register.simple_tag
def labelled_cells(cells: Sequence[str], headers: Sequence[Mapping[str, Any]]) -> SafeString:
    """Returns the cells of a row with the headings of their columns, which narrow screens show beside them."""
    labelled = [_labelled(str(cell), _label(str(header["text"]))) for cell, header in zip(cells, headers, strict=False)]
    return mark_safe("".join(labelled))  # noqa: S308  (the admin has escaped the cells, and the headings are escaped here)


def _labelled(cell: str, label: str) -> str:
    for tag in ("<td", "<th"):
        if cell.startswith(tag):
            return f'{tag} data-label="{label}"{cell.removeprefix(tag)}'
    return cell


@lru_cache(maxsize=256)  # each row of a list has the same headings
def _label(heading: str) -> str:
    return escape(capfirst(strip_tags(heading).strip()))
