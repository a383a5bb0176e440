"""Cleans names of people and titles, and refuses names that contain an address."""

from __future__ import annotations

import re
import unicodedata

from django.core.exceptions import ValidationError

JOINERS = "\u200c\u200d"
# Characters that are invisible or change the direction of the text around them: direction marks, embeddings and
# isolates, zero-width spaces, the soft hyphen, the byte order mark, invisible operators and tags.
HIDDEN = re.compile("[\u00ad\u061c\u180e\u200b\u200e\u200f\u202a-\u202e\u2060-\u206f\ufeff\U000e0000-\U000e007f]")
# Line breaks, tabs, and other control characters, including Unicode's own line and paragraph separators.
BREAKS = re.compile("[\x00-\x1f\x7f-\x9f\u2028\u2029]+")
JOINER = re.compile(f"(.?)([{JOINERS}])(?=(.?))", re.DOTALL)
# Scripts that need joiners between letters: Arabic, Syriac, the Indic scripts and their neighbours, Mongolian.
JOINING = re.compile("[\u0600-\u08ff\u0900-\u109f\u1780-\u18af\ua800-\uabff\ufb50-\ufdff\ufe70-\ufeff]")
EMOJI = re.compile("[\u2190-\u2bff\ufe0f\U0001f000-\U0001faff]")
FULL_STOPS = str.maketrans(dict.fromkeys("\u3002\uff0e\uff61\u2024", "."))
ADDRESS = re.compile(
    r"""
    [a-z][a-z0-9+-]*://            # http://, ftp://
    | \b(https?|mailto)\s*:
    | \bwww\.
    | \S@\S                         # an email address, or a handle on another site
    | [^\W_]\.(?:xn--|[^\W\d_]{2})  # example.com: a full stop with two letters behind it and no space
    | \b\d{1,3}(\.\d{1,3}){3}\b
    """,
    re.IGNORECASE | re.VERBOSE,
)
HAS_ADDRESS = "Enter a name without web addresses, links or email addresses. Put a space after a full stop."
HAS_BREAK = "Enter a name on one line."
IS_EMPTY = "Enter a name that people can read."


def tidy(text: str) -> str:
    """Returns the text on one line, without characters that are invisible or change its direction.

    Joiners stay where the script around them needs them.
    """
    if text.isascii() and text.isprintable():  # has none of these, and is most of what a table exports
        return " ".join(text.split())
    return " ".join(visible(BREAKS.sub(" ", text)).split())


def visible(text: str) -> str:
    """Returns the text without characters that are invisible or change its direction, with its spaces as they are.

    Joiners stay where the script around them needs them.
    """
    text = HIDDEN.sub("", text)
    return JOINER.sub(lambda match: match[1] + (match[2] if _needs_joiner(match[1], match[3]) else ""), text)


def _needs_joiner(before: str, after: str) -> bool:
    is_word = bool(JOINING.match(before)) and bool(JOINING.match(after))
    return is_word or (bool(EMOJI.match(before)) and bool(EMOJI.match(after)))


def validate_name(text: str) -> None:
    """Refuses a person's name that contains an address.

    Names appear in emails to people who do not know Waymark, and mail programs turn addresses into links.
    """
    if len(text.strip().splitlines()) > 1:
        raise ValidationError(HAS_BREAK, code="line_break")
    plain = tidy(unicodedata.normalize("NFKC", text).translate(FULL_STOPS))
    if ADDRESS.search(plain):
        raise ValidationError(HAS_ADDRESS, code="address")
    if text and not plain:
        raise ValidationError(IS_EMPTY, code="empty")


def as_sentence(text: str) -> str:
    """Returns the text with a full stop, unless it ends as a sentence does, so that another sentence can follow it."""
    return text if text.endswith((".", "!", "?", "…", "\N{IDEOGRAPHIC FULL STOP}")) else f"{text}."
