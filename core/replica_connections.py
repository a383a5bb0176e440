"""Connections to replicas, which give a statement up that takes too long, so that the primary can be asked instead.

PostgreSQL's own `statement_timeout` and the limits of TCP do not help against a server that is frozen: its machine still
confirms what it gets, and nothing ever answers.
"""

from __future__ import annotations

from typing import Any

import psycopg
from psycopg.errors import QueryCanceled
from psycopg.pq import TransactionStatus


class ReplicaConnection(psycopg.Connection[Any]):
    """Cancels a statement after some seconds, which raises QueryCanceled. If even that is not answered, it is closed."""

    read_seconds = 4.0
    cancel_seconds = 1.0  # that the server may take to be told, and then to give up

    def wait(self, gen: Any, interval: float = 0.1, timeout: float | None = None) -> Any:
        if timeout is not None:
            return super().wait(gen, interval, timeout)
        try:
            return super().wait(gen, interval, self.read_seconds)
        except psycopg.OperationalError:
            if self.pgconn.transaction_status != TransactionStatus.ACTIVE:
                raise
        return self._wait_for_cancelling(gen, interval)

    def _wait_for_cancelling(self, gen: Any, interval: float) -> Any:
        try:
            self.cancel_safe(timeout=self.cancel_seconds)
            return super().wait(gen, interval, self.cancel_seconds)
        except QueryCanceled:
            raise
        except psycopg.OperationalError:
            self.close()
            raise psycopg.OperationalError(
                f"The replica has not answered for {self.read_seconds + self.cancel_seconds:g} seconds."
            ) from None
