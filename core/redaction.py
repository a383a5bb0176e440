"""Removes secrets from text that is about to be logged or stored as an error."""

from __future__ import annotations

import re

HIDDEN = "[hidden]"
NAMES = (
    "access_token|refresh_token|id_token|client_secret|code_verifier|code|password|passcode|pwd|zak|signing_key|"
    "plainToken|encryptedToken|start_url|secret|token"
)
# `Authorization: Bearer abc`, `access_token=abc` in addresses and forms, and `"access_token": "abc"` in JSON, also in JSON
# that is quoted once more. A value ends before a quote, and before the backslash that in JSON belongs to it.
PATTERNS = (
    re.compile(r"(?i)\b(bearer|basic)(\s+)[A-Za-z0-9._~+/=-]{8,}"),
    re.compile(rf"(?i)([?&\s'\"]|\\[nrt]|^)({NAMES})(=)(?:[^&\s'\"\\]|\\(?!['\"]))+"),
    re.compile(rf"(?i)(\\?[\"'])({NAMES})(\\?[\"']\s*:\s*\\?[\"'])[^\"'\\]+"),
)


def redacted(text: str) -> str:
    """Returns the text without the values of tokens, passwords and other secrets that are named in it."""
    text = PATTERNS[0].sub(rf"\1\2{HIDDEN}", text)
    for pattern in PATTERNS[1:]:
        text = pattern.sub(rf"\1\2\3{HIDDEN}", text)
    return text
