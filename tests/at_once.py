"""Several people who do something at the same moment, on real threads and real connections."""

from __future__ import annotations

import threading
from collections.abc import Callable

from django.db import connection

from core.errors import Refused

DONE = "done"


def at_once(*acts: Callable[[], object]) -> list[str]:
    """Starts all acts at the same moment; returns how each ended, in alphabetical order: `DONE`, the code of a refusal,
    or the error. Each thread has its connection before it waits for the others, so the acts really meet."""
    start, outcomes = threading.Barrier(len(acts)), []

    def run(act: Callable[[], object]) -> None:
        connection.ensure_connection()
        start.wait(timeout=30)
        try:
            act()
            outcomes.append(DONE)
        except Refused as refused:
            outcomes.append(refused.refusal.code)
        except Exception as error:  # noqa: BLE001  (every test compares the list with what is allowed)
            outcomes.append(repr(error))
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=[act]) for act in acts]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return sorted(outcomes)
