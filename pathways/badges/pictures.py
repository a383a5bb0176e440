"""Draws the picture of an award, which other sites show with a link to it (Open Graph)."""

from __future__ import annotations

from io import BytesIO

from PIL import Image, ImageDraw, ImageFont

from pathways.models import Award, Pathway

SIZE = (1200, 630)  # what sites expect of such a picture
GROUND, INK, SOFT, PAPER = "#faf4ea", "#1d1b19", "#5b554e", "#fffdf7"
COLOURS = {Pathway.Look.SUMMIT: "#b8431f", Pathway.Look.TURN: "#1f5f8b", Pathway.Look.SPARK: "#6b3fa0"}
MIDDLE, RADIUS = (290, 270), 150
LEFT, RIGHT = 540, 1140  # of the words
SMALLEST = 28


def draw_award(award: Award) -> bytes:
    """Returns the picture as PNG: a medal in the colour of the pathway, the badge, its level, and who has it."""
    colour = COLOURS.get(Pathway.Look(award.badge.look or Pathway.Look.SPARK), COLOURS[Pathway.Look.SPARK])
    picture = Image.new("RGB", SIZE, GROUND)
    draw = ImageDraw.Draw(picture)
    _draw_medal(draw, colour, _sign(award))
    lines = [
        (award.badge.name, 72, INK),
        (award.client.display_name, 44, INK),
        (_facts(award), 30, SOFT),
        ("Waymark", 34, colour),
    ]
    top = 190
    for text, size, fill in lines:
        if _can_write(text):
            font = _fitting(text, size)
            draw.text((LEFT, top), shortened(text, font), font=font, fill=fill)
        top += size + 24
    buffer = BytesIO()
    picture.save(buffer, "PNG", optimize=True)
    return buffer.getvalue()


def _sign(award: Award) -> str:
    return str(award.count or "✓")


def _facts(award: Award) -> str:
    level = f"Level {award.level}, " if award.badge.further_counts else ""
    return f"{level}{award.awarded_at:%-d %B %Y}"


def _draw_medal(draw: ImageDraw.ImageDraw, colour: str, sign: str) -> None:
    x, y = MIDDLE
    for side in (-1, 1):
        draw.polygon(
            [(x, y + 60), (x + side * 110, y + 70), (x + side * 130, y + 290), (x + side * 65, y + 240)], fill=colour
        )
    draw.ellipse((x - RADIUS - 14, y - RADIUS - 14, x + RADIUS + 14, y + RADIUS + 14), fill=PAPER)
    draw.ellipse((x - RADIUS, y - RADIUS, x + RADIUS, y + RADIUS), fill=colour)
    draw.ellipse((x - 124, y - 124, x + 124, y + 124), outline=PAPER, width=6)
    if sign == "✓":
        draw.line([(x - 62, y + 4), (x - 16, y + 50), (x + 66, y - 50)], fill=PAPER, width=28, joint="curve")
    else:
        draw.text((x, y), sign, font=ImageFont.load_default(110), fill=PAPER, anchor="mm")


def _fitting(text: str, size: int) -> ImageFont.FreeTypeFont | ImageFont.ImageFont:
    """Returns the font in the largest size, up to `size`, in which the text is not too wide."""
    for smaller in range(size, SMALLEST, -2):
        font = ImageFont.load_default(smaller)
        if font.getlength(text) <= RIGHT - LEFT:
            return font
    return ImageFont.load_default(SMALLEST)


def shortened(text: str, font: ImageFont.FreeTypeFont | ImageFont.ImageFont) -> str:
    """Returns the text, or its beginning with three dots where even the smallest font is too wide for it."""
    if font.getlength(text) <= RIGHT - LEFT:
        return text
    while font.getlength(f"{text}...") > RIGHT - LEFT:
        text = text[:-1]
    return f"{text.rstrip()}..."


def _can_write(text: str) -> bool:
    """Whether the font that Pillow brings has the letters. It has those of western Europe; a name in others is left out."""
    return all(ord(character) < 0x180 for character in text)
