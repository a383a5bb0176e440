"""Whose figures are asked for: a builder's or those of the whole place, perhaps of one session type or pathway only."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from insights.definitions import IN_PERIOD, VISITS, VISITS_BY_CLIENT, Figure

# Bookings that were never paid, or whose guest never confirmed their address, count nowhere.
OWN = "own_bookings"
COUNTED = "b.payment_due_at IS NULL AND b.proof_due_at IS NULL"
RESERVED = "(SELECT b.*, seat.reservation_id FROM bookings_booking b JOIN scheduling_seat seat ON seat.id = b.seat_id)"
# Only the columns that figures read, so that the bookings of two years fit into memory.
OWN_BOOKINGS = f"""{OWN} AS MATERIALIZED (
    SELECT b.id, b.builder_id, b.pathway_id, b.starts_at, b.ends_at, b.created_at, b.confirmed_at, b.state, b.currency, b.total,
        b.cancel_fee, b.cancelled_by, b.cancel_cause, b.no_show_by, b.contested_at, b.came_by, b.utm_source, seat.reservation_id
    FROM bookings_booking b JOIN scheduling_seat seat ON seat.id = b.seat_id WHERE {{booking}} AND {IN_PERIOD})"""


@dataclass(frozen=True)
class InsightScope:
    """A builder, or None for the whole place; a session type and a pathway narrow it down. Days are those of `zone`."""

    zone: str
    builder: UUID | None = None
    session_type: UUID | None = None
    pathway: UUID | None = None

    @property
    def is_platform(self) -> bool:
        return self.builder is None

    def facts(self, figure: Figure) -> str:
        """Returns the statement of the figure's facts for the rows of this scope."""
        statement = figure.facts
        if self.is_platform and statement == VISITS:
            statement = VISITS_BY_CLIENT
        if not self.is_platform:
            # These rows are those of the scope already.
            statement = statement.replace("{bookings}", OWN).replace("{reserved}", OWN).replace("{counted}", "true")
        return self.narrowed(statement)

    @property
    def own_bookings(self) -> str:
        """Returns the bookings of a builder as a part of a statement, read once for all figures."""
        return "" if self.is_platform else f"WITH {self.narrowed(OWN_BOOKINGS)} "

    def narrowed(self, statement: str) -> str:
        """Returns the statement for the rows of this scope."""
        booking = self._conditions("b", "builder_id", "session_type_id", "pathway_id")
        zone = "(SELECT timezone FROM accounts_user WHERE id = b.builder_id)" if self.is_platform else "%(zone)s"
        for name, condition in {
            "{bookings}": "bookings_booking",
            "{reserved}": RESERVED,
            "{counted}": "{booking}",
            "{zone}": zone,
            "{booking}": f"{COUNTED}{booking}",
            "{earlier}": f"{COUNTED}{booking}".replace("b.", "p."),
            "{attempt}": f"true{self._conditions('a', 'builder_id', 'session_type_id')}",
            "{day}": f"true{self._conditions('d', 'builder_id')}",
            "{demand}": self._demand(),
        }.items():
            statement = statement.replace(name, condition)
        return statement

    def parameters(self, start: datetime, end: datetime) -> dict[str, Any]:
        return {
            "zone": self.zone, "start": start, "end": end, "builder": self.builder, "session_type": self.session_type,
            "pathway": self.pathway,
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
