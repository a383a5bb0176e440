"""PDF documents with the fonts of the site and, for other alphabets, those of the machine."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from threading import Lock
from typing import Any

from django.conf import settings
from fontTools.ttLib import TTFont
from fpdf import FPDF, XPos, YPos
from fpdf.errors import FPDFException

from core.characters import FORBIDDEN

logging.getLogger("fontTools").setLevel(logging.ERROR)  # it tells of each table that it leaves out
logging.getLogger("fpdf").setLevel(logging.ERROR)

MARGIN = 18
_lock = Lock()


class PdfDocument:
    """A document of headings, lines of text and rows of cells, in any alphabet."""

    def __init__(self, title: str) -> None:
        self.pdf = FPDF(format="A4")
        self.pdf.set_margin(MARGIN)
        self.pdf.set_auto_page_break(auto=True, margin=MARGIN)
        self.pdf.set_title(title)
        # In their default weight: to make another one of a variable font takes half a second.
        self.pdf.add_font("own", "", _plain_copy(_own_font("latin")))
        self.known, self._has_fallbacks = self._letters_of("own"), False
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
        if not self._has_fallbacks and any(ord(sign) not in self.known for sign in clean if sign != "\n"):
            self._add_fallbacks()
        return "".join(sign if ord(sign) in self.known or sign == "\n" else f"[U+{ord(sign):04X}]" for sign in clean)

    def _add_fallbacks(self) -> None:
        """Adds the fonts for further letters, once a text has some, because loading them takes as long as the rest."""
        names = []
        for number, path in enumerate((_plain_copy(_own_font("latin-ext")), *_fonts_of_the_machine())):
            names.append(f"fallback{number}")
            self.pdf.add_font(names[-1], "", path)
        self.pdf.set_fallback_fonts(names, exact_match=False)
        self.known |= {number for name in names for number in self._letters_of(name)}
        self._has_fallbacks = True

    def _letters_of(self, name: str) -> set[int]:
        fonts: Any = self.pdf.fonts
        return set(fonts[name].cmap)


def _own_font(part: str) -> Path:
    """Returns a file of the font that the site is set in: `latin`, or its further letters."""
    folder: Path = settings.NODE_MODULES / "@fontsource-variable/instrument-sans/files"
    return folder / f"instrument-sans-{part}-wght-normal.woff2"


@cache
def _folder() -> TemporaryDirectory[str]:
    """Returns the folder for the copies of fonts, which is deleted with the process."""
    return TemporaryDirectory(prefix="waymark-fonts-")


def _plain_copy(path: Path) -> Path:
    """Returns the font without the compression of the web, which would take half the time of each document."""
    with _lock:  # so that two threads do not write the same file
        return _copied(path)


@cache
def _copied(path: Path) -> Path:
    copy = Path(_folder().name) / f"{path.stem}.ttf"
    with TTFont(path) as font:
        font.flavor = None
        font.save(copy)
    return copy


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
