"""Runs several functions at the same moment, on real threads with real connections."""

from __future__ import annotations

import threading
from collections.abc import Callable

from django.db import connection

from core.errors import Refused

DONE = "done"


def at_once(*acts: Callable[[], object]) -> list[str]:
    """Calls all functions at the same moment; returns how each ended, in alphabetical order.

    A function ends with `DONE`, the code of a refusal, or the error. Each thread connects to the database before it
    waits for the others, so that the functions really run at the same time.
    """
    start, outcomes = threading.Barrier(len(acts)), []

    def run(act: Callable[[], object]) -> None:
        connection.ensure_connection()
        start.wait(timeout=30)
        try:
            act()
            outcomes.append(DONE)
        except Refused as refused:
            outcomes.append(refused.refusal.code)
        except Exception as error:  # noqa: BLE001  (the tests compare all outcomes)
            outcomes.append(repr(error))
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=[act]) for act in acts]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return sorted(outcomes)
