"""Runs several functions at the same moment, on real threads with real connections."""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Callable
from typing import Any

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


def crowd(size: int, work: Callable[[int], Any]) -> Counter[str]:
    """Runs `work` in so many threads at the same moment, and counts the outcomes."""
    outcomes: Counter[str] = Counter()
    barrier = threading.Barrier(size)
    guard = threading.Lock()

    def attempt(number: int) -> None:
        barrier.wait(timeout=30)
        try:
            work(number)
            outcome = "won"
        except Refused as error:
            outcome = error.refusal.code
        except Exception as error:  # noqa: BLE001  (counted, and asserted to be none)
            outcome = repr(error)
        finally:
            connection.close()
        with guard:
            outcomes[outcome] += 1

    threads = [threading.Thread(target=attempt, args=[number]) for number in range(size)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return outcomes
