"""Keeps answers that are the same for everybody in the memory of a process, for as long as a minute may matter to nobody."""

from __future__ import annotations

import functools
import time
from collections.abc import Callable
from typing import Any, TypeVar, cast

Answer = TypeVar("Answer")
SECONDS = 60

_answers: dict[Callable[[], Any], tuple[float, Any]] = {}


def kept_for_a_minute(load: Callable[[], Answer]) -> Callable[[], Answer]:
    """Makes a function without arguments return its last answer for a minute, and load it again after that.

    Other processes keep their own answers, so a change reaches every page within a minute. Callers must not change the
    answer.
    """

    @functools.wraps(load)
    def kept() -> Answer:
        now = time.monotonic()
        loaded_at, earlier = _answers.get(load, (now, None))
        if earlier is not None and now - loaded_at <= SECONDS:
            return cast("Answer", earlier)
        answer = load()
        _answers[load] = (now, answer)
        return answer

    return kept


def forget() -> None:
    """Forgets all answers of this process."""
    _answers.clear()
