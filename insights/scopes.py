"""Whose figures are asked for: a builder's or those of the whole place, perhaps of one session type or pathway only."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from insights.definitions import Figure
from insights.kinds import CONDITIONS

# Bookings that were never paid, or whose guest never confirmed their address, count nowhere.
COUNTED = "b.payment_due_at IS NULL AND b.proof_due_at IS NULL"


@dataclass(frozen=True)
class InsightScope:
    """A builder, or None for the whole place; a session type, a pathway and a kind of session narrow it down. Days are those
    of `zone`."""

    zone: str
    builder: UUID | None = None
    session_type: UUID | None = None
    pathway: UUID | None = None
    kind: str = ""  # one of `kinds.CONDITIONS`, or all

    @property
    def is_platform(self) -> bool:
        return self.builder is None

    @property
    def has_daily_sums(self) -> bool:
        """Whether the sums of each night are kept for this scope: for a kind on a pathway the bookings are counted."""
        return self.is_platform and self.session_type is None and not (self.pathway and self.kind)

    def facts(self, figure: Figure) -> str:
        """Returns the statement of the figure's facts for the rows of this scope."""
        return self.narrowed(figure.facts)

    def narrowed(self, statement: str) -> str:
        """Returns the statement for the rows of this scope."""
        booking = self._conditions("b", "builder_id", "session_type_id", "pathway_id")
        if self.kind:
            booking += f" AND {CONDITIONS[self.kind]}"
        zone = "(SELECT timezone FROM accounts_user WHERE id = b.builder_id)" if self.is_platform else "%(zone)s"
        for name, condition in {
            "{zone}": zone,
            "{booking}": f"{COUNTED}{booking}",
            "{earlier}": f"{COUNTED}{booking}".replace("b.", "p."),
            "{review}": f"true{self._conditions('r', 'builder_id')}",
            "{attempt}": f"true{self._conditions('a', 'builder_id', 'session_type_id')}",
            "{day}": f"true{self._conditions('d', 'builder_id')}",
            "{demand}": self._demand(),
        }.items():
            statement = statement.replace(name, condition)
        return statement

    def parameters(self, start: datetime, end: datetime) -> dict[str, Any]:
        return {
            "zone": self.zone, "start": start, "end": end, "builder": self.builder, "session_type": self.session_type,
            "pathway": self.pathway, "kind": self.kind,
        }  # fmt: skip

    def _conditions(self, table: str, *columns: str) -> str:
        values = {"builder_id": self.builder, "session_type_id": self.session_type, "pathway_id": self.pathway}
        limits = [f" AND {table}.{name} = %({name.removesuffix('_id')})s" for name in columns if values[name]]
        return "".join(limits)

    def _demand(self) -> str:
        """Returns the rows of a builder: who waited for them, and searches for the services that they offer."""
        if self.is_platform:
            return "true"
        waited = "d.builder_id = %(builder)s" + (" AND d.session_type = %(session_type)s" if self.session_type else "")
        services = "SELECT service_id FROM coaching_offer_services WHERE offer_id = %(builder)s"
        if self.session_type:
            services = "SELECT service_id FROM coaching_sessiontype WHERE id = %(session_type)s"
        return f"({waited} OR d.kind = 'search' AND d.service IN ({services}))"
