"""Demo portfolios: generated pictures, a generated recording, a video link and a text file."""

from __future__ import annotations

import io
import math
import random
import wave
from array import array
from collections.abc import Callable

from django.core.files.base import ContentFile
from PIL import Image, ImageDraw, ImageFilter

from accounts.models import BuilderProfile
from core.images import shrunk
from core.registry import DemoPlan
from core.storage import private_files
from marketplace.models import PortfolioAsset
from marketplace.portfolio import SIDES

WITH_WORK = 24  # builders with a portfolio; drawing pictures for all of them would take hours
WIDE, HIGH = 960, 720
PALETTES = [
    ("#f6efe3", "#d9613c", "#23415a", "#e8b04a"), ("#e9efe6", "#2f6b4f", "#1f2d3a", "#e2a23b"),
    ("#eee8f4", "#5b4a9c", "#262238", "#ef8f6b"), ("#e6eef5", "#2a6fa3", "#16283a", "#f0b35f"),
    ("#f7e9e4", "#b8473d", "#3a2226", "#6ea08c"), ("#14202b", "#e07a4b", "#f3e9d8", "#5fa8a0"),
]  # fmt: skip
Canvas = ImageDraw.ImageDraw
RATE = 16_000


def seed(plan: DemoPlan) -> None:
    """Gives the first builders two or three pictures each, and Ada one piece of every other kind. Does nothing the second time."""
    if PortfolioAsset.objects.exists():
        return
    profiles = list(BuilderProfile.objects.prefetch_related("roles").order_by("user__created_at", "pk")[:WITH_WORK])
    PortfolioAsset.objects.bulk_create(piece for profile in profiles for piece in _picture_assets(profile))
    ada = next((profile for profile in profiles if profile.slug == "ada-moreno"), None)
    if ada is not None:
        PortfolioAsset.objects.bulk_create(_other_assets(ada))
    PortfolioAsset.objects.exclude(builder__in=profiles[-3:]).update(reviewed_at=plan.now)


def _picture_assets(profile: BuilderProfile) -> list[PortfolioAsset]:
    chance = random.Random(profile.slug)  # noqa: S311  (drawings, not secrets)
    trades = {role.slug for role in profile.roles.all()}
    own = [drawing for drawing in SUBJECTS if trades & drawing[0]] or [
        drawing for drawing in SUBJECTS if not drawing[0]
    ]
    chosen = chance.sample(own, min(len(own), chance.choice((2, 3))))
    return [_picture_asset(profile, position, subject, chance) for position, subject in enumerate(chosen)]


def _picture_asset(profile: BuilderProfile, position: int, subject: Subject, chance: random.Random) -> PortfolioAsset:
    _, draw, title, alt, description = subject
    names = [f"portfolio/demo/{profile.slug}-{position}-{size}.webp" for size in ("large", "small")]
    if not all(private_files.exists(name) for name in names):
        for name, picture in zip(names, shrunk(_render(draw, chance), SIDES), strict=True):
            private_files.delete(name)
            private_files.save(name, picture.content)
    return PortfolioAsset(
        builder=profile, kind=PortfolioAsset.Kind.IMAGE, title=title, alt=alt, description=description, position=position,
        file=names[0], small=names[1], width=WIDE, height=HIGH, name=f"{title}.webp", size=sum(map(private_files.size, names)),
    )  # fmt: skip


def _render(draw: Draw, chance: random.Random) -> io.BytesIO:
    paper, *inks = chance.choice(PALETTES)
    image = Image.new("RGB", (WIDE, HIGH), paper)
    draw(ImageDraw.Draw(image), inks, chance)
    buffer = io.BytesIO()
    image.filter(ImageFilter.SMOOTH).save(buffer, "PNG", compress_level=1)
    return buffer


# Drawings -----------------------------------------------------------------------------------------------


def _hills(canvas: Canvas, inks: list[str], chance: random.Random) -> None:
    sun = chance.randint(120, WIDE - 240)
    canvas.ellipse((sun, 90, sun + 200, 290), fill=inks[2])
    for layer, ink in enumerate((inks[0], inks[1], inks[1])):
        swing, shift, base = chance.uniform(40, 90), chance.uniform(0, 6), 340 + 130 * layer
        line = [(x, base + swing * math.sin(x / (150 - 20 * layer) + shift)) for x in range(0, WIDE + 1, 8)]
        canvas.polygon([*line, (WIDE, HIGH), (0, HIGH)], fill=ink)


def _wave(canvas: Canvas, inks: list[str], chance: random.Random) -> None:
    canvas.rectangle((0, 0, WIDE, HIGH), fill=inks[1])
    shift = chance.uniform(0, 9)
    for bar in range(48):
        swell = abs(math.sin(bar / 7 + shift)) * abs(math.sin(bar / 3.1)) * 240 + chance.randint(12, 60)
        x = 48 + bar * 18
        canvas.rounded_rectangle((x, 360 - swell, x + 9, 360 + swell), 5, fill=inks[2] if bar < 17 else inks[0])


def _screens(canvas: Canvas, inks: list[str], chance: random.Random) -> None:
    for number in range(3):
        x, y = 110 + number * 255, 110 + chance.randint(-40, 40)
        canvas.rounded_rectangle((x, y, x + 220, y + 480), 28, fill="#ffffff", outline=inks[1], width=4)
        canvas.rounded_rectangle((x + 24, y + 40, x + 196, y + 170), 14, fill=inks[number % 3])
        for row in range(4):
            wide = chance.randint(80, 172)
            canvas.rounded_rectangle((x + 24, y + 200 + row * 44, x + 24 + wide, y + 218 + row * 44), 9, fill="#d9d6cf")
        canvas.rounded_rectangle((x + 24, y + 400, x + 196, y + 444), 22, fill=inks[0])


def _chart(canvas: Canvas, inks: list[str], chance: random.Random) -> None:
    canvas.rounded_rectangle((90, 80, WIDE - 90, HIGH - 80), 24, fill="#ffffff")
    level, line = 470.0, []
    for step in range(12):
        level -= chance.uniform(-18, 58)
        line.append((150 + step * 60, max(150.0, level)))
        canvas.rounded_rectangle((138 + step * 60, line[-1][1] + 40, 162 + step * 60, 590), 6, fill=inks[2])
    canvas.line(line, fill=inks[0], width=9, joint="curve")
    canvas.line([(140, 594), (WIDE - 140, 594)], fill=inks[1], width=4)


def _notes(canvas: Canvas, inks: list[str], chance: random.Random) -> None:
    for number in range(9):
        x, y = 70 + number % 3 * 285 + chance.randint(-8, 8), 50 + number // 3 * 215 + chance.randint(-8, 8)
        ink = inks[0] if number == 4 else chance.choice(("#fffdf8", inks[2], "#fffdf8"))
        canvas.rounded_rectangle((x, y, x + 250, y + 185), 12, fill=ink)
        for row in range(3):
            canvas.line(
                [(x + 26, y + 50 + row * 38), (x + chance.randint(120, 220), y + 50 + row * 38)], fill=inks[1], width=7
            )


Draw = Callable[[Canvas, list[str], random.Random], None]
Subject = tuple[set[str], Draw, str, str, str]
SOUND, MAKERS = {"engineer", "producer", "songwriter"}, {"developer", "designer", "product"}
SUBJECTS: list[Subject] = [
    (SOUND, _wave, "Before and after", "A recording as bars, quiet at first, full from the middle on", "Same take, same room: two hours later."),
    (SOUND, _notes, "The plan of an album", "Nine cards in three rows, one of them marked", "Which song does what, before anything is recorded."),
    (SOUND, _hills, "A cover", "Hills under a low sun", "Drawn for a record of four songs."),
    (MAKERS, _screens, "From sketch to store", "Three screens of an app side by side", "A first release in eleven weeks, with one builder and one beginner."),
    (MAKERS, _notes, "A backlog on one wall", "Nine cards in three rows, one of them marked", "Ninety ideas became nine. One was built first."),
    (MAKERS, _chart, "What changed", "Bars that grow and a line that rises", "Weekly users in the first twelve weeks after the release."),
    (set(), _hills, "Where we are going", "Hills under a low sun", "The picture that a client and I began with."),
    (set(), _notes, "A week, put in order", "Nine cards in three rows, one of them marked", "What fits, what waits, what goes."),
    (set(), _chart, "Twelve weeks", "Bars that grow and a line that rises", "Calls made and deals closed, by a client who began with neither."),
]  # fmt: skip


# Ada's other pieces ------------------------------------------------------------------------------------------------


def _other_assets(ada: BuilderProfile) -> list[PortfolioAsset]:
    sound, notes = "portfolio/demo/ada-moreno.wav", "portfolio/demo/ada-moreno.txt"
    for name, content in ((sound, _render_melody()), (notes, CHECKLIST.encode())):
        if not private_files.exists(name):
            private_files.save(name, ContentFile(content))
    kinds = PortfolioAsset.Kind
    return [
        PortfolioAsset(builder=ada, kind=kinds.AUDIO, title="The sound of a release", position=4, file=sound,
                       description="What plays in Tidewatch when a build reaches the store.", name="release.wav", size=private_files.size(sound)),
        PortfolioAsset(builder=ada, kind=kinds.VIDEO, title="Cut it in half, then again", position=5,
                       description="Twenty minutes on first releases, from a meetup in Berlin.", url="https://vimeo.com/76979871"),
        PortfolioAsset(builder=ada, kind=kinds.FILE, title="The first-release checklist", position=6, file=notes,
                       description="One page. Take it with you.", name="first-release.txt", size=private_files.size(notes)),
    ]  # fmt: skip


CHECKLIST = """Before a first release

1. One sentence that says what it is for.
2. Five people who got through it without help.
3. One number that tells whether it works.
4. What is left out, written down.
5. A way back if it goes wrong.
"""


def _render_melody() -> bytes:
    """Returns a WAV file with four seconds of a melody."""
    sound = array("h")
    for number, pitch in enumerate((261.6, 329.6, 392.0, 523.3, 392.0, 440.0, 329.6, 261.6)):
        for at in range(RATE // 2):
            fade = math.exp(-at / (RATE * 0.22)) * min(1.0, at / 200)
            tone = math.sin(2 * math.pi * pitch * at / RATE) + 0.4 * math.sin(4 * math.pi * pitch * at / RATE)
            sound.append(int(9000 * fade * tone * (1 - number * 0.04)))
    buffer = io.BytesIO()
    with wave.open(buffer, "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(RATE)
        file.writeframes(sound.tobytes())
    return buffer.getvalue()
