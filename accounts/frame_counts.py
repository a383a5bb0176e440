"""What apps above show of the signed-in person in the frame of every page, loaded with the person in one query."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

Annotations = Callable[[], dict[str, Any]]
_registered: list[Annotations] = []


def register_frame_annotations(annotations: Annotations) -> None:
    """Registers a function that returns annotations of a query for people, whose key is `OuterRef("pk")`."""
    _registered.append(annotations)


def frame_annotations() -> dict[str, Any]:
    return {name: value for annotations in _registered for name, value in annotations().items()}
