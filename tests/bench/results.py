"""The figures of a run with their targets: printed as a table at the end, and written to var/bench.json."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass

from config.embedded.paths import PROJECT

FILE = PROJECT / "var" / "bench.json"


@dataclass(frozen=True)
class Figure:
    """A measured figure; a smaller one is better."""

    name: str
    value: float
    target: float
    unit: str

    @property
    def is_met(self) -> bool:
        return self.value <= self.target


_figures: list[Figure] = []


def record(name: str, value: float, target: float, unit: str = "ms") -> str:
    """Keeps the figure, and returns it in words with its target."""
    figure = Figure(name, round(value, 3), target, unit)
    _figures.append(figure)
    return f"{figure.value:g} {unit} (target {target:g}): {'met' if figure.is_met else 'NOT MET'}"


def write() -> None:
    """Writes the file and prints the table."""
    if not _figures:
        return
    rows = [asdict(figure) | {"met": figure.is_met} for figure in _figures]
    FILE.write_text(json.dumps(rows, indent=1))
    width = max(len(figure.name) for figure in _figures)
    print(f"\n{'Figure':{width}} {'Value':>10} {'Target':>8}  Unit")
    for figure in _figures:
        print(
            f"{figure.name:{width}} {figure.value:10g} {figure.target:8g}  {figure.unit:9} {'' if figure.is_met else 'NOT MET'}"
        )
    met = sum(figure.is_met for figure in _figures)
    print(f"{met} of {len(_figures)} targets are met. The figures are in {FILE.relative_to(PROJECT)}")
