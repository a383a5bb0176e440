"""Removes secrets from text that is about to be logged, reported or stored as an error: values that are named as secret,
and the part of an address that is a key, such as that of a guest's booking."""

from __future__ import annotations

import re
from functools import cache
from typing import Any

HIDDEN = "[hidden]"
NAMES = (
    "access_token|refresh_token|id_token|client_secret|code_verifier|code|password|passcode|pwd|zak|signing_key|"
    "plainToken|encryptedToken|start_url|secret|token"
)
# `Authorization: Bearer abc`, `access_token=abc` in addresses and forms, and `"access_token": "abc"` in JSON, also in JSON
# that is quoted once more. A value ends before a quote, and before the backslash that in JSON belongs to it.
PATTERNS = (
    re.compile(r"(?i)\b(bearer|basic)(\s+)[A-Za-z0-9._~+/=-]{8,}"),
    re.compile(rf"(?i)([?&;\s'\"]|\\[nrt]|^)({NAMES})(=)(?:[^&\s'\"\\]|\\(?!['\"]))+"),
    re.compile(rf"(?i)(\\?[\"'])({NAMES})(\\?[\"']\s*:\s*\\?[\"'])[^\"'\\]+"),
)


# A slash, also in an address that is a parameter of another one.
SLASH = "(?:/|%(?:25)*2F)"
_key_paths: set[str] = set()


def register_key_paths(*paths: str) -> None:
    """Registers the paths under which the next part of an address is a key, as for the bookings of guests: whoever knows it
    may open the page. A test fails for an address with a key that is not registered."""
    _key_paths.update(paths)
    _key_pattern.cache_clear()


@cache
def _key_pattern() -> re.Pattern[str] | None:
    if not _key_paths:
        return None
    paths = "|".join(SLASH.join(map(re.escape, path.split("/"))) for path in sorted(_key_paths))
    return re.compile(rf"(?i)({SLASH}(?:{paths}){SLASH})(?:[^/?&#\s'\"<>%\\]|%(?!(?:25)*2F))+")


def redacted(text: str) -> str:
    """Returns the text without the values of tokens, passwords and other secrets that are named in it, and without the
    keys in addresses."""
    text = PATTERNS[0].sub(rf"\1\2{HIDDEN}", text)
    for pattern in PATTERNS[1:]:
        text = pattern.sub(rf"\1\2\3{HIDDEN}", text)
    keys = _key_pattern()
    return keys.sub(rf"\1{HIDDEN}", text) if keys is not None else text


def redacted_deeply(value: Any) -> Any:
    """Returns the value with all texts in its lists and objects redacted."""
    if isinstance(value, str):
        return redacted(value)
    if isinstance(value, dict):
        return {name: redacted_deeply(member) for name, member in value.items()}
    return [redacted_deeply(member) for member in value] if isinstance(value, list | tuple) else value
