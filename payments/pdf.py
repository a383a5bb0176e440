"""PDF documents with the fonts of the site and, for other alphabets, those of the machine."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from functools import cache
from pathlib import Path
from typing import Any

from django.conf import settings
from fpdf import FPDF, XPos, YPos
from fpdf.errors import FPDFException

from core.characters import FORBIDDEN

logging.getLogger("fontTools").setLevel(logging.ERROR)  # it tells of each table that it leaves out
logging.getLogger("fpdf").setLevel(logging.ERROR)

MARGIN = 18


class PdfDocument:
    """A document of headings, lines of text and rows of cells, in any alphabet."""

    def __init__(self, title: str) -> None:
        self.pdf = FPDF(format="A4")
        self.pdf.set_margin(MARGIN)
        self.pdf.set_auto_page_break(auto=True, margin=MARGIN)
        self.pdf.set_title(title)
        self.known = self._add_fonts()
        self.pdf.add_page()

    def heading(self, text: str, size: int) -> None:
        self.pdf.ln(4)
        self._write(text, size)
        self.pdf.ln(1)

    def text(self, text: str) -> None:
        self._write(text, 10)

    def gap(self, height: float = 4) -> None:
        self.pdf.ln(height)

    def row(self, cells: Sequence[str], widths: Sequence[float], *, size: int = 10, has_rule: bool = False) -> None:
        """Writes cells beside each other: the first one to the left, in several lines if need be, the others to the
        right. `widths` are parts of the page's width; with `has_rule` there is a line below."""
        whole = self.pdf.w - 2 * MARGIN
        self.pdf.set_font("own", "", size)
        top, height = self.pdf.get_y(), size * 0.5
        if top + 4 * height > self.pdf.h - MARGIN:  # so that its cells stay on one page
            self.pdf.add_page()
            top = self.pdf.get_y()
        bottom, left = top, float(MARGIN)
        for number, (cell, width) in enumerate(zip(cells, widths, strict=True)):
            self.pdf.set_xy(left, top)
            align = "R" if number else "L"
            self.pdf.multi_cell(width * whole, height, self._readable(cell) or " ", align=align, new_y=YPos.NEXT)
            bottom, left = max(bottom, self.pdf.get_y()), left + width * whole
        self.pdf.set_xy(MARGIN, bottom + 1)
        if has_rule:
            self.pdf.set_draw_color(150)
            self.pdf.line(MARGIN, bottom + 0.5, self.pdf.w - MARGIN, bottom + 0.5)
            self.pdf.set_y(bottom + 2)

    def columns(self, left: Sequence[str], right: Sequence[str]) -> None:
        """Writes two blocks of lines beside each other, such as the two sides of an invoice."""
        top, half = self.pdf.get_y(), (self.pdf.w - 2 * MARGIN) / 2
        self.pdf.set_font("own", "", 10)
        bottom = top
        for number, lines in enumerate((left, right)):
            self.pdf.set_xy(MARGIN + number * half, top)
            text = self._readable("\n".join(lines)) or " "
            self.pdf.multi_cell(half - 4, 5, text, align="L", new_y=YPos.NEXT)
            bottom = max(bottom, self.pdf.get_y())
        self.pdf.set_xy(MARGIN, bottom)

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
