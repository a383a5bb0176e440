"""Makes the fonts of pages from those of npm, with only what pages use of them: a third of the bytes.

Headings have one weight and one optical size, so that Fraunces needs no axes. The other two families keep those weights
that stylesheets ask for. Features that no page uses, and hints for screens of the past, are left out. `config.assets` runs this
as a program of its own, so that no server loads fontTools.
"""

from __future__ import annotations

import hashlib
import io
from dataclasses import dataclass
from pathlib import Path

from fontTools.subset import Options, Subsetter
from fontTools.ttLib import TTFont
from fontTools.varLib import instancer

from config.assets import FONTS
from config.embedded.paths import HOME, PROJECT

SOURCES = PROJECT / "node_modules/@fontsource-variable"
STAMP = HOME / "fonts.stamp"
LATIN = (
    *range(0x20, 0x7F), *range(0xA0, 0x100), 0x131, 0x152, 0x153, 0x2BB, 0x2BC, 0x2C6, 0x2DA, 0x2DC,
    *range(0x2000, 0x2070), 0x20AC, 0x2122, 0x2191, 0x2193, 0x2212, 0x2215,
)  # fmt: skip
LATIN_EXTENDED = (
    *range(0x100, 0x2BB), *range(0x1E00, 0x1EA0), *range(0x1EF2, 0x1F00), *range(0x20A0, 0x20AC), *range(0x20AD, 0x20C1)
)  # fmt: skip
FEATURES = ("calt", "ccmp", "kern", "liga", "locl", "mark", "mkmk", "tnum")
HEADINGS = {"wght": 560, "opsz": 40}  # as --weight-display in tokens.css


@dataclass(frozen=True)
class Font:
    """A font of pages: the file that it is made from, its characters, axes that are fixed or narrowed, and its features."""

    source: str
    characters: tuple[int, ...]
    axes: dict[str, float | tuple[float, float]]
    features: tuple[str, ...] = FEATURES


MADE = {
    "fraunces-latin": Font("fraunces/files/fraunces-latin-opsz-normal.woff2", LATIN, {**HEADINGS}),
    "fraunces-latin-ext": Font("fraunces/files/fraunces-latin-ext-opsz-normal.woff2", LATIN_EXTENDED, {**HEADINGS}),
    "instrument-sans-latin": Font("instrument-sans/files/instrument-sans-latin-wght-normal.woff2", LATIN, {}),
    "instrument-sans-latin-ext": Font(
        "instrument-sans/files/instrument-sans-latin-ext-wght-normal.woff2", LATIN_EXTENDED, {}
    ),
    # Without its ligatures, which are for code.
    "jetbrains-mono-latin": Font(
        "jetbrains-mono/files/jetbrains-mono-latin-wght-normal.woff2", LATIN, {"wght": (400, 700)}, ("ccmp", "kern")
    ),
}


def refresh() -> None:
    """Makes the fonts unless they are there and were made from the present files by the present code."""
    state = _state()
    if STAMP.exists() and STAMP.read_text() == state:
        return
    FONTS.mkdir(parents=True, exist_ok=True)
    for name, font in MADE.items():
        path = FONTS / f"{name}.woff2"
        part = path.with_suffix(".part")
        part.write_bytes(_made(font))
        part.replace(path)
    for path in set(FONTS.iterdir()) - {FONTS / f"{name}.woff2" for name in MADE}:
        path.unlink(missing_ok=True)
    STAMP.write_text(state)


def _state() -> str:
    hashed = hashlib.sha256(Path(__file__).read_bytes())
    for font in MADE.values():
        hashed.update((SOURCES / font.source).read_bytes())
    return hashed.hexdigest()


def _made(font: Font) -> bytes:
    """Returns the font as WOFF2."""
    options = Options()
    options.layout_features = list(font.features)
    options.hinting = False
    options.flavor = "woff2"
    whole = TTFont(SOURCES / font.source)
    if font.axes:
        whole = _read_again(instancer.instantiateVariableFont(whole, font.axes))
    subsetter = Subsetter(options)
    subsetter.populate(unicodes=font.characters)
    subsetter.subset(whole)
    written = io.BytesIO()
    whole.flavor = "woff2"
    whole.save(written)
    return written.getvalue()


def _read_again(font: TTFont) -> TTFont:
    """Returns the font written and read once more: its tables of variations still name glyphs as they were before."""
    font.flavor = None
    written = io.BytesIO()
    font.save(written)
    written.seek(0)
    return TTFont(written)


if __name__ == "__main__":
    refresh()
