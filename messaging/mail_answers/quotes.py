"""Finds what somebody has written in a mail: without the mail that they answer, and without their signature."""

from __future__ import annotations

import re
from collections.abc import Iterable
from html.parser import HTMLParser
from itertools import islice

# The line at the top of a mail that can be answered. Mail programs quote it, in whatever language they introduce the quote.
ANSWER_ABOVE = "––– Write your reply above this line –––"
MARKER = "Write your reply above this line"
SIGNATURE = re.compile(r"--\s?")
FROM_PHONE = re.compile(
    r"(sent from my \S.*|sent from \S+ for \S+|sent (with|from) .{0,40}(mail|mobile|outlook|phone).*|get outlook for \S+.*"
    r"|von meinem \S+ gesendet.*|envoyé de mon \S+.*|enviado desde mi \S+.*|inviato da \S+.*)",
    re.IGNORECASE,
)
ORIGINAL = re.compile(
    r"-{2,}\s*(original message|forwarded message|ursprüngliche nachricht|message d'origine)\s*-{2,}", re.I
)
RULE = re.compile(r"_{10,}")
LONGEST_INTRODUCTION = 4  # lines of "On Friday, … wrote:"
ADDRESS_OR_DATE = re.compile(r"\S@\S|\b20\d\d\b|\b\d{1,2}[./]\d{1,2}[./]\d{2,4}\b")
BEGINS_INTRODUCTION = re.compile(r"(On|Am|Le|El|Il|Op|Den|Em|W dniu)\b.*\d")
LONGEST_HTML = 500_000
DEEPEST_HTML = 200
SKIPPED = frozenset({"head", "style", "script", "title", "blockquote"})
BLOCKS = frozenset({"p", "div", "tr", "li", "h1", "h2", "h3", "h4", "h5", "h6", "table", "ul", "ol", "pre", "hr"})
QUOTE_CLASSES = ("gmail_quote", "yahoo_quoted", "moz-cite-prefix", "protonmail_quote", "gmail_signature")
VOID = frozenset({"br", "img", "hr", "meta", "link", "input", "wbr", "col"})


def written(text: str) -> str:
    """Returns what the sender of the text has written themselves."""
    lines = text.replace("\r\n", "\n").replace("\r", "\n").split("\n")
    lines = _until_marker([line.replace("\xa0", " ").rstrip() for line in lines])
    lines = _without_quotes(lines)
    lines = _until_signature(lines)
    return "\n".join(lines).strip()


def unflowed(text: str, *, deletes_space: bool) -> str:
    """Joins the lines that a mail program has broken at about 72 characters, as RFC 3676 says (`format=flowed`)."""
    lines: list[str] = []
    is_open = False
    for raw in text.replace("\r\n", "\n").split("\n"):
        line = raw.removeprefix(" ") if not raw.startswith(">") else raw
        is_quote = line.startswith(">")
        if is_open and not is_quote and line != "-- ":
            lines[-1] += line
        else:
            lines.append(line)
        is_open = line.endswith(" ") and line != "-- " and not is_quote
        if is_open and deletes_space:
            lines[-1] = lines[-1][:-1]
    return "\n".join(lines)


def _until_marker(lines: list[str]) -> list[str]:
    """Returns the lines above the marker of the answered mail, without what introduces the quote.

    A marker that is quoted by `>` does not count: people also write below such a quote.
    """
    place = next((place for place, line in enumerate(lines) if MARKER in line and not line.startswith(">")), None)
    return lines if place is None else _without_introduction(lines[:place])


def _without_quotes(lines: list[str]) -> list[str]:
    """Returns the lines that are not quoted, without what introduces a quote, and nothing after an original message."""
    kept: list[str] = []
    for place, line in enumerate(lines):
        if ORIGINAL.fullmatch(line.strip()) or (
            RULE.fullmatch(line.strip()) and _is_header(islice(lines, place + 1, None))
        ):
            break
        if not line.startswith(">"):
            kept.append(line)
        elif place == 0 or not lines[place - 1].startswith(">"):
            kept = _without_introduction(kept)
    return kept


def _is_header(lines: Iterable[str]) -> bool:
    """Whether the lines begin as Outlook introduces a mail: `From: …`, in any language, with an address or a date."""
    first = list(islice((line for line in lines if line.strip()), 2))
    return len(first) == 2 and all(re.match(r"[^\W\d_]+\s?:\s", line.lstrip("*")) for line in first)


def _without_introduction(lines: list[str]) -> list[str]:
    """Cuts the lines at the end that introduce a quote: the last ends with a colon, and they have an address or a date."""
    end = len(lines)
    while end and not lines[end - 1].strip():
        end -= 1
    begin = end
    while begin and lines[begin - 1].strip() and end - begin < LONGEST_INTRODUCTION:
        begin -= 1
    if _is_header(lines[begin:end]):
        return lines[:begin]
    if not end or not lines[end - 1].rstrip("* ").endswith((":", "\uff1a")):
        return lines[:end]
    for first in range(end - 1, begin - 1, -1):
        if ADDRESS_OR_DATE.search(" ".join(lines[first:end])):
            above = next((place for place in range(begin, first) if BEGINS_INTRODUCTION.match(lines[place])), first)
            return lines[:above]
    return lines[:end]


def _until_signature(lines: list[str]) -> list[str]:
    """Cuts the signature, which begins with `-- `, and the line that phones add at the end."""
    for place, line in enumerate(lines):
        if SIGNATURE.fullmatch(line):
            lines = lines[:place]
            break
    while lines and (not lines[-1].strip() or FROM_PHONE.fullmatch(lines[-1].strip())):
        lines = lines[:-1]
    return lines


class _TextOfHtml(HTMLParser):
    """Collects the text of an HTML mail, without the parts that quote another mail."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.parts: list[str] = ["\n"]
        self.open: list[tuple[str, bool]] = []  # the elements that are open, and whether their text is left out
        self.skipping = 0  # how many of them are left out

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self._break(tag)
        if tag in VOID or len(self.open) >= DEEPEST_HTML:
            return
        classes = dict(attrs).get("class") or ""
        is_skipped = tag in SKIPPED or any(name in classes for name in QUOTE_CLASSES)
        self.open.append((tag, is_skipped))
        self.skipping += is_skipped

    def handle_endtag(self, tag: str) -> None:
        if tag != "br":
            self._break(tag)
        for place in range(len(self.open) - 1, -1, -1):
            if self.open[place][0] == tag:
                self.skipping -= sum(is_skipped for _, is_skipped in self.open[place:])
                del self.open[place:]
                return

    def handle_data(self, data: str) -> None:
        if not self.skipping and (text := re.sub(r"[ \t\r\n]+", " ", data)).strip(" "):
            self.parts.append(text)

    def _break(self, tag: str) -> None:
        """Ends the line at a block; a `br` always begins a line, and a paragraph has an empty one around it."""
        if tag == "br" or (tag in BLOCKS and not self.parts[-1].endswith("\n")):
            self.parts.append("\n\n" if tag == "p" else "\n")


def text_of_html(html: str) -> str:
    """Returns the text of an HTML mail in lines."""
    parser = _TextOfHtml()
    parser.feed(html[:LONGEST_HTML])
    parser.close()
    lines = [line.strip() for line in "".join(parser.parts).split("\n")]
    return re.sub(r"\n{3,}", "\n\n", "\n".join(lines)).strip()
