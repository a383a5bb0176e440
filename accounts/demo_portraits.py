"""Draws portraits for the people of the demo, so that its pages look like those of a site with real people."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from io import BytesIO
from random import Random

from django.core.files.base import ContentFile
from PIL import Image, ImageDraw

SIDE = 320
SCALE = 4  # drawn four times as large, so that edges are smooth
GRID = 100  # coordinates below are hundredths of the side

BACKGROUNDS = ("#f6dcc0", "#cfe3de", "#d5e0f2", "#ead5e3", "#e5e1c4", "#f3d3cd", "#d9d4ec", "#cfe0c9")
SKIN = ("#f7d7c4", "#eebf9f", "#d9a077", "#b97b52", "#8d5a3a", "#5f3a26")
HAIR = ("#1f1a17", "#3b2417", "#6b4226", "#a5673f", "#c79a5b", "#8c8c8c", "#7a2e1d")
CLOTHES = ("#14594a", "#b4532a", "#2f5496", "#7b3f74", "#4b5320", "#8b2f3c", "#3d3d3d", "#c08a2d")

Box = tuple[float, float, float, float]


@dataclass
class Sketch:
    """A picture to draw on in coordinates from 0 to 100."""

    draw: ImageDraw.ImageDraw
    unit: float

    def ellipse(self, box: Box, fill: str) -> None:
        self.draw.ellipse([side * self.unit for side in box], fill=fill)

    def rounded(self, box: Box, radius: float, fill: str) -> None:
        self.draw.rounded_rectangle([side * self.unit for side in box], radius * self.unit, fill=fill)

    def arc(self, box: Box, start: float, end: float, fill: str, width: float) -> None:
        self.draw.arc([side * self.unit for side in box], start, end, fill=fill, width=round(width * self.unit))

    def pie(self, box: Box, start: float, end: float, fill: str) -> None:
        self.draw.pieslice([side * self.unit for side in box], start, end, fill=fill)


def portrait(name: str) -> ContentFile[bytes]:
    """Returns a drawn face as a WebP; the same name always gives the same face."""
    choice = Random(name)  # noqa: S311  (demo data, no secret)
    picture = Image.new("RGB", (SIDE * SCALE, SIDE * SCALE), choice.choice(BACKGROUNDS))
    sketch = Sketch(ImageDraw.Draw(picture), SIDE * SCALE / GRID)
    skin, hair = choice.choice(SKIN), choice.choice(HAIR)
    style = choice.choice(SHORT if name.split(maxsplit=1)[0] in MASCULINE else LONG)
    style.behind(sketch, hair)
    _draw_body(sketch, skin, choice.choice(CLOTHES))
    _draw_face(sketch, skin, hair)
    style.front(sketch, hair)
    if choice.random() < 0.35:
        _draw_glasses(sketch)
    buffer = BytesIO()
    picture.reduce(SCALE).save(buffer, "WEBP", quality=82)
    return ContentFile(buffer.getvalue(), name="portrait.webp")


def _draw_body(sketch: Sketch, skin: str, clothes: str) -> None:
    sketch.ellipse((14, 76, 86, 140), clothes)
    sketch.rounded((42, 58, 58, 82), 7, _darker(skin))
    sketch.ellipse((40, 72, 60, 84), skin)


def _draw_face(sketch: Sketch, skin: str, hair: str) -> None:
    for ear in ((28.5, 43, 35, 54), (65, 43, 71.5, 54)):
        sketch.ellipse(ear, skin)
    sketch.ellipse((32, 22, 68, 70), skin)
    for left in (40.5, 56.0):
        sketch.ellipse((left, 44, left + 3.6, 48.4), "#2a211d")
        sketch.arc((left - 2, 38, left + 5.6, 45), 205, 335, hair, 1.3)
    sketch.arc((47, 46, 53, 55.5), 20, 130, _darker(skin), 1.2)
    sketch.pie((43, 52.5, 57, 63.5), 15, 165, "#a8453b")


def _draw_glasses(sketch: Sketch) -> None:
    for left in (37.2, 52.6):
        sketch.arc((left, 41, left + 10.2, 51.2), 0, 360, "#2a211d", 1.1)
    sketch.arc((46.4, 43.5, 53.4, 48), 200, 340, "#2a211d", 1.1)


def _darker(colour: str) -> str:
    """Returns the colour with a sixth less light."""
    return "#" + "".join(f"{int(colour[at : at + 2], 16) * 5 // 6:02x}" for at in (1, 3, 5))


@dataclass(frozen=True)
class HairStyle:
    """How hair is drawn behind the head, and in front of it."""

    behind: Callable[[Sketch, str], None]
    front: Callable[[Sketch, str], None]


def _nothing(sketch: Sketch, hair: str) -> None:
    """Draws no hair on this side of the head."""


def _uncovered_brow(sketch: Sketch, hair: str) -> None:
    """Draws a short front whose lower edge is curved, so that the forehead stays free."""
    sketch.pie((31, 16, 69, 54), 182, 358, hair)
    sketch.pie((31, 22, 58, 46), 175, 300, hair)


def _long(sketch: Sketch, hair: str) -> None:
    sketch.rounded((26, 20, 74, 88), 22, hair)


def _bob(sketch: Sketch, hair: str) -> None:
    sketch.rounded((26, 18, 74, 67), 20, hair)


def _bun(sketch: Sketch, hair: str) -> None:
    sketch.ellipse((40, 5, 60, 24), hair)


def _curls_behind(sketch: Sketch, hair: str) -> None:
    for box in (
        (20, 24, 44, 50),
        (56, 24, 80, 50),
        (24, 12, 50, 36),
        (50, 12, 76, 36),
        (22, 40, 40, 60),
        (60, 40, 78, 60),
    ):
        sketch.ellipse(box, hair)


def _curls(sketch: Sketch, hair: str) -> None:
    for left in (31, 40, 49, 58):
        sketch.ellipse((left, 17, left + 12, 32), hair)


def _beard(sketch: Sketch, hair: str) -> None:
    sketch.pie((32, 30, 68, 72), 20, 160, hair)
    sketch.pie((43, 52.5, 57, 63.5), 15, 165, "#a8453b")


SHORT = (
    HairStyle(_nothing, _uncovered_brow),
    HairStyle(_nothing, _beard),
    HairStyle(_curls_behind, _curls),
)
LONG = (
    HairStyle(_long, _uncovered_brow),
    HairStyle(_bob, _uncovered_brow),
    HairStyle(_bun, _uncovered_brow),
    HairStyle(_curls_behind, _curls),
)
MASCULINE = frozenset(
    [
        "Jonas",
        "Tomas",
        "Oskar",
        "Mateo",
        "Kofi",
        "Samir",
        "Diego",
        "Ravi",
        "Bram",
        "Luca",
        "Emeka",
        "Theo",
        "Nils",
        "Anders",
        "Chidi",
        "Pablo",
    ]
)
