"""Which templates of a page take the most processor time."""

from __future__ import annotations

import time
from collections import defaultdict
from collections.abc import Callable
from typing import Any

from django.template import base

DEAREST = 10
TIMES = 5


def print_dearest(visit: Callable[[], object]) -> None:
    """Prints the ten templates with the most time of their own: without that of the templates that they include."""
    spent: dict[str, float] = defaultdict(float)
    included: list[float] = []
    template_class: Any = base.Template
    usual = template_class._render  # through which inclusion, extension and whole pages go

    def measured(template: base.Template, context: Any) -> Any:
        included.append(0.0)
        began = time.process_time()
        try:
            return usual(template, context)
        finally:
            took = time.process_time() - began
            spent[template.name or "a part of a page"] += took - included.pop()
            if included:
                included[-1] += took

    template_class._render = measured
    try:
        for _ in range(TIMES):
            visit()
    finally:
        template_class._render = usual
    dearest = sorted(spent.items(), key=lambda item: -item[1])[:DEAREST]
    print("        " + ", ".join(f"{name} {seconds / TIMES * 1000:.2f} ms" for name, seconds in dearest))
