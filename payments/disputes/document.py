"""The evidence as a PDF document, with the fonts of the site and, for other alphabets, those of the machine."""

from __future__ import annotations

import logging
from collections.abc import Iterable
from functools import cache
from pathlib import Path
from typing import Any

from django.conf import settings
from fpdf import FPDF, XPos, YPos
from fpdf.errors import FPDFException

from core.characters import FORBIDDEN
from payments.disputes.evidence import Section

LARGEST = 2 * 1024 * 1024  # of the document; the files of the builder share the 5 MB that the bank takes
LONGEST_LINE = 4_000
MOST_CHARACTERS = 300_000
CUT = "The rest is left out, because the bank limits the length of the document."

logging.getLogger("fontTools").setLevel(logging.ERROR)  # it logs each font table that it leaves out
logging.getLogger("fpdf").setLevel(logging.ERROR)


def write(title: str, facts: Iterable[tuple[str, str]], sections: Iterable[Section]) -> bytes:
    """Returns the document, which is at most LARGEST bytes: the last lines are left out if there are too many."""
    known, most = list(sections), MOST_CHARACTERS
    facts = list(facts)
    while True:
        content = _written(title, facts, _shortened(known, most))
        if len(content) <= LARGEST or not most:
            return content
        most //= 2


def _shortened(sections: list[Section], most: int) -> list[Section]:
    """Returns the sections with at most so many characters, with a sentence where something was left out."""
    result: list[Section] = []
    for section in sections:
        lines: list[str] = []
        for line in section.lines:
            most -= len(line)
            if most < 0:
                return [*result, Section(section.title, (*lines, CUT))]
            lines.append(line)
        result.append(Section(section.title, tuple(lines)))
    return result


def _written(title: str, facts: list[tuple[str, str]], sections: list[Section]) -> bytes:
    document = _Document()
    document.heading(title, 18)
    for name, value in facts:
        document.text(f"{name}: {value}")
    for section in sections:
        document.heading(section.title, 13)
        for line in section.lines:
            document.text(line[:LONGEST_LINE])
    return document.content()


class _Document:
    """A document of headings and lines of text, in any alphabet."""

    def __init__(self) -> None:
        self.pdf = FPDF(format="A4")
        self.pdf.set_margin(18)
        self.pdf.set_auto_page_break(auto=True, margin=18)
        self.pdf.set_title("Evidence")
        self.known = self._add_fonts()
        self.pdf.add_page()

    def heading(self, text: str, size: int) -> None:
        self.pdf.ln(4)
        self._write(text, size)
        self.pdf.ln(1)

    def text(self, text: str) -> None:
        self._write(text, 10)

    def content(self) -> bytes:
        return bytes(self.pdf.output())

    def _write(self, text: str, size: int) -> None:
        self.pdf.set_font("own", "", size)
        options: dict[str, Any] = {"new_x": XPos.LMARGIN, "new_y": YPos.NEXT, "align": "L"}
        self.pdf.multi_cell(0, size * 0.5, self._readable(text) or " ", **options)

    def _readable(self, text: str) -> str:
        """Returns the text with the number of each character that no font has, so that nothing is lost silently."""
        clean = FORBIDDEN.sub("", text).replace("\t", "    ")
        return "".join(sign if ord(sign) in self.known or sign == "\n" else f"[U+{ord(sign):04X}]" for sign in clean)

    def _add_fonts(self) -> set[int]:
        """Adds the fonts; returns the numbers of the characters that one of them has."""
        own, extended = _own_fonts()
        # In their default weight: to make another one of a variable font takes half a second.
        self.pdf.add_font("own", "", own)
        self.pdf.add_font("extended", "", extended)
        names = ["extended"]
        for number, path in enumerate(_fonts_of_the_machine()):
            names.append(f"machine{number}")
            self.pdf.add_font(names[-1], "", path)
        self.pdf.set_fallback_fonts(names, exact_match=False)
        fonts: Any = self.pdf.fonts
        return {number for name in ("own", *names) for number in fonts[name].cmap}


def _own_fonts() -> tuple[Path, Path]:
    """Returns the files of the font that the site is set in: Latin, and its further letters."""
    folder = settings.NODE_MODULES / "@fontsource-variable/instrument-sans/files"
    return folder / "instrument-sans-latin-wght-normal.woff2", folder / "instrument-sans-latin-ext-wght-normal.woff2"


@cache
def _fonts_of_the_machine() -> tuple[Path, ...]:
    """Returns the fonts of PDF_FONTS that are there and can be read."""
    return tuple(path for path in map(Path, settings.PDF_FONTS) if path.is_file() and _is_readable(path))


def _is_readable(path: Path) -> bool:
    try:
        FPDF().add_font("tried", "", path)
    except (FPDFException, OSError, ValueError, KeyError):
        return False
    return True
