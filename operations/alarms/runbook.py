"""The entries of docs/runbook.md, which the pages of alarms show."""

from __future__ import annotations

import re
from functools import cache

from django.conf import settings
from django.utils.safestring import SafeString, mark_safe
from markdown_it import MarkdownIt


@cache
def entry(name: str) -> SafeString:
    """Returns the entry of an alarm as HTML, without its heading; an empty string where the file did not come with the code."""
    path = settings.BASE_DIR / "docs" / "runbook.md"
    if not path.exists():
        return mark_safe("")
    sections = re.split(r"^## ", path.read_text(), flags=re.MULTILINE)
    text = next((section.partition("\n")[2] for section in sections if section.startswith(f"{name}\n")), "")
    html: str = MarkdownIt("commonmark", {"html": False}).render(text)
    return mark_safe(html)  # noqa: S308  (a file of our own, and markdown-it leaves no HTML in it)
