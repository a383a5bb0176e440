"""The key figures of a period, computed from its totals; pages and the API show the same ones."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from core.money import Money, rounded
from insights.figures import Totals

FEWEST = 5  # cases from which on a page says what a share means


@dataclass(frozen=True)
class Summary:
    """None where there is nothing to compute a figure from."""

    sessions: int
    completed: int
    cancelled: int
    no_shows: int
    hours: Decimal
    utilisation: float | None
    average_value: dict[str, Decimal]
    income: dict[str, Decimal]
    paid: dict[str, Decimal]  # sessions that cost something, by currency
    new_clients: int
    returning_clients: int
    notice_days: float | None
    answer_minutes: int | None
    rating: float | None

    @property
    def cancellation_rate(self) -> float | None:
        """Cancelled sessions as a share of all that were confirmed."""
        confirmed = self.sessions + self.cancelled
        return self.cancelled / confirmed if confirmed else None

    @property
    def no_show_rate(self) -> float | None:
        """Sessions to which the client did not come, as a share of all confirmed ones."""
        return self.no_shows / self.sessions if self.sessions else None

    @property
    def repeat_rate(self) -> float | None:
        clients = self.new_clients + self.returning_clients
        return self.returning_clients / clients if clients else None


def summary_of(totals: Totals) -> Summary:
    paid = totals.of("paid")
    offered = totals.total("offered")
    return Summary(
        sessions=int(totals.total("sessions")),
        completed=int(totals.total("completed")),
        cancelled=int(totals.total("cancelled")),
        no_shows=int(totals.total("no_shows")),
        hours=round(totals.total("minutes") / 60, 2),
        utilisation=round(float(totals.total("booked") / offered), 4) if offered else None,
        average_value={
            currency: rounded(amount / paid[currency], currency)
            for currency, amount in sorted(totals.of("value").items())
        },
        income={currency: rounded(amount, currency) for currency, amount in sorted(totals.of("income").items())},
        paid=paid,
        new_clients=totals.new_clients,
        returning_clients=totals.clients - totals.new_clients,
        notice_days=mean(totals.of("notice")),
        answer_minutes=median(totals.of("answers")),
        rating=mean(totals.of("stars")),
    )


def mean(counts: dict[str, Decimal]) -> float | None:
    """Returns the mean of numbers that are counted by their value."""
    size = sum(counts.values(), Decimal(0))
    total = sum((int(value) * amount for value, amount in counts.items()), Decimal(0))
    return round(float(total / size), 2) if size else None


def median(counts: dict[str, Decimal]) -> int | None:
    """Returns the smallest value that half of the numbers do not exceed, as `percentile_disc(0.5)` of SQL does."""
    half, seen = sum(counts.values(), Decimal(0)) / 2, Decimal(0)
    for value in sorted(counts, key=int):
        seen += counts[value]
        if seen >= half:
            return int(value)
    return None


def money(sums: dict[str, Decimal], counts: dict[str, Decimal]) -> str:
    """Returns the sums of the two currencies that most sessions are paid in, and how many more there are."""
    used = sorted(sums, key=lambda currency: (-counts.get(currency, Decimal(0)), currency))
    amounts = [Money(sums[currency], currency).shown() for currency in used[:2]]
    return ", ".join([*amounts, *([f"{len(used) - 2} more"] if len(used) > 2 else [])]) or "–"
