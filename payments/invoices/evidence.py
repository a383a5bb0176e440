"""What speaks for the country of a buyer, of which an invoice keeps two pieces."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from accounts.models import User
from payments.invoices.countries import country_of_zone
from payments.invoices.models import PartyDetails

KEPT = 2  # pieces that the law asks for, where they agree


@dataclass(frozen=True)
class CountryEvidence:
    """One piece: where it comes from, and the country that it speaks for."""

    source: str
    country: str


def evidence_of(person: User | None, details: PartyDetails | None, zone: str) -> list[CountryEvidence]:
    """Returns all pieces that are known, the strongest first. `zone` is that of the buyer when they bought."""
    pieces = []
    if details is not None:
        pieces.append(CountryEvidence("Billing address", details.country))
    if person is not None and person.place is not None:
        pieces.append(CountryEvidence("Town in the account", person.place.country_code))
    if country := country_of_zone(zone):
        pieces.append(CountryEvidence("Time zone when buying", country))
    if person is not None and person.timezone != zone and (country := country_of_zone(person.timezone)):
        pieces.append(CountryEvidence("Time zone of the account", country))
    return pieces


def country_of(pieces: Sequence[CountryEvidence], default: str) -> str:
    """Returns the country that two pieces agree on, or else that of the strongest piece; without any, the default."""
    counts = Counter(piece.country for piece in pieces)
    agreed = next((piece.country for piece in pieces if counts[piece.country] >= KEPT), None)
    return agreed or (pieces[0].country if pieces else default)


def kept(pieces: Sequence[CountryEvidence], country: str) -> list[CountryEvidence]:
    """Returns the pieces that an invoice keeps: two that speak for its country, or else all that are known."""
    agreeing = [piece for piece in pieces if piece.country == country]
    return agreeing[:KEPT] if len(agreeing) >= KEPT else list(pieces)
