"""What needs every floor: each app registers its part in `apps.ready()`, and the caller knows no app."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import datetime

from django.apps import apps


@dataclass(frozen=True)
class DemoPlan:
    """How much demo data to make, and relative to when."""

    builders: int
    bookings: int
    seed: int
    now: datetime
    say: Callable[[str], None] = field(default=lambda text: None)


DemoSeeder = Callable[[DemoPlan], None]
_demo: dict[str, DemoSeeder] = {}


def register_demo(app: str, seeder: DemoSeeder) -> None:
    """`seeder` can run again without doubling anything."""
    _demo[app] = seeder


def demo_seeders() -> Iterable[DemoSeeder]:
    """From the ground floor up, so that each finds what it builds on."""
    floors = [config.label for config in reversed(list(apps.get_app_configs()))]
    return [_demo[label] for label in floors if label in _demo]
