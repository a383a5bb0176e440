"""Characters that no text may contain, because PostgreSQL cannot store them or nobody can see them."""

from __future__ import annotations

import re
from typing import Any

from django.core.exceptions import ValidationError

# Control characters except tab, newline and carriage return; halves of surrogate pairs, which no encoding can write.
FORBIDDEN = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff]")
MARK = "\N{REPLACEMENT CHARACTER}"
REFUSAL = "This contains a character that cannot be saved."


def is_allowed(text: str) -> bool:
    return FORBIDDEN.search(text) is None


def marked(text: str) -> str:
    """Returns the text with a visible mark in place of each forbidden character."""
    return FORBIDDEN.sub(MARK, text)


def validate_characters(value: Any) -> None:
    """Refuses text with a forbidden character, or with the mark that `core.incoming` put in the place of one."""
    text = str(value)  # a text field may have parsed it into something else, such as an id
    if MARK in text or not is_allowed(text):
        raise ValidationError(f"{REFUSAL} Remove or replace each “{MARK}”.", code="characters")


def forbidden_at(value: Any, deepest: int) -> str | None:
    """Returns where in parsed JSON a text has a forbidden character, such as `guest.name`; None where none has.

    Raises ValueError for lists and objects inside each other more than `deepest` times. Without recursion, because
    the value comes from outside.
    """
    waiting: list[tuple[str, Any, int]] = [("", value, 0)]
    while waiting:
        path, item, depth = waiting.pop()
        if depth > deepest:
            raise ValueError
        if isinstance(item, str) and not is_allowed(item):
            return path or "body"
        if isinstance(item, dict):
            for key, member in item.items():
                place = f"{path}.{marked(key)}".lstrip(".")
                if not is_allowed(key):
                    return place
                waiting.append((place, member, depth + 1))
        elif isinstance(item, list):
            waiting.extend((f"{path}.{at}".lstrip("."), member, depth + 1) for at, member in enumerate(item))
    return None
