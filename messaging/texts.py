"""Texts of messages: how they are cleaned, shown with links, and searched for contact details."""

from __future__ import annotations

import re
import unicodedata

from django.utils.html import escape, linebreaks, urlize
from django.utils.safestring import SafeString, mark_safe

from core.names import visible

LONGEST = 5000
BLANK_LINES = re.compile(r"\n{4,}")
LINE_BREAKS = re.compile("\r\n?|[\u2028\u2029]")
ADDRESS = re.compile(r"[^\s@]{1,64}@[^\s@]{1,190}\.[^\W\d_]{2,}")
PHONE = re.compile(r"(?<![\w/])(?:\+|00)?\d(?:[\s().-]{0,2}\d){8,14}(?!\w)")
DATES = re.compile(r"\b\d{4}-\d{2}-\d{2}\b|\b\d{1,2}\.\d{1,2}\.\d{4}\b")
PAYMENT = re.compile(
    r"\b(paypal(\.me)?|venmo|revolut\.me|wise\.com|cash\.app|zelle|western union|moneygram|iban|bitcoin|usdt)\b",
    re.IGNORECASE,
)


def cleaned(text: str) -> str:
    """Returns the text as it is stored: without characters that are invisible or change the direction of the text
    around them, and without more than two empty lines in a row."""
    lines = LINE_BREAKS.sub("\n", text).split("\n")
    return BLANK_LINES.sub("\n\n\n", "\n".join(visible(line).rstrip() for line in lines)).strip()


def has_contact_details(text: str) -> bool:
    """Whether the text has an email address, a phone number or a way to pay outside of Waymark."""
    plain = DATES.sub("", unicodedata.normalize("NFKC", text))
    return bool(ADDRESS.search(plain) or PHONE.search(plain) or PAYMENT.search(plain))


def as_html(text: str) -> SafeString:
    """Returns the text as HTML, with links that search engines do not follow and that open in a new tab."""
    linked = linebreaks(urlize(escape(text), nofollow=True))
    return mark_safe(linked.replace(' rel="nofollow"', ' rel="nofollow noopener" target="_blank"'))  # noqa: S308  (escaped)


def beginning(text: str, most: int = 140) -> str:
    """Returns the beginning of the text on one line, for lists and mails."""
    line = " ".join(text.split())
    return line if len(line) <= most else f"{line[: most - 1].rstrip()}…"
