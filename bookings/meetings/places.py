"""Where a session in person takes place: at the builder's address, or at the client's within the builder's radius."""

from __future__ import annotations

import math
from dataclasses import dataclass

from accounts import places
from accounts.models import Place
from coaching.models import SessionType

EARTH_MILES = 3958.8
AT_BUILDER, AT_CLIENT = SessionType.InPersonAt.BUILDER, SessionType.InPersonAt.CLIENT
NO_ADDRESS = "Enter the address where you meet."
NO_TOWN = "Enter a street and then a town that we know, such as “5 High Street, Leeds”. Try a larger town nearby."


@dataclass(frozen=True)
class MeetingPlace:
    """The address of a session in person and whose it is; both are empty for a remote session."""

    address: str = ""
    in_person_at: str = ""


class BadPlace(ValueError):
    """A place where a session cannot be; `field` is its field of the booking request, and the message the sentence to show."""

    def __init__(self, field: str, sentence: str) -> None:
        self.field = field
        super().__init__(sentence)


def place_of(
    session_type: SessionType, *, is_remote: bool, in_person_at: str, address: str, town: Place | None
) -> MeetingPlace:
    """Returns where the session takes place, or raises BadPlace.

    Without `in_person_at`, it is where the session type says; where it says either, an address makes it the client's.
    `town` is the town of the address if it was chosen; else it is looked up in the address when a radius needs it.
    """
    if is_remote:
        if not session_type.is_remote:
            raise BadPlace("is_remote", "This session is in person only.")
        return MeetingPlace()
    if not session_type.is_in_person:
        raise BadPlace("is_remote", "This session is remote only.")
    offered = session_type.in_person_places
    chosen = in_person_at or (AT_CLIENT if address and AT_CLIENT in offered else offered[0])
    if chosen not in offered:
        where = "at your place" if AT_CLIENT in offered else "at the builder's address"
        raise BadPlace("in_person_at", f"This session only takes place {where}.")
    if chosen == AT_BUILDER:
        return MeetingPlace(address or session_type.address, AT_BUILDER)
    if not address:
        raise BadPlace("location", NO_ADDRESS)
    if session_type.travel_miles is not None:
        town = town or town_in(address)
        if town is None:
            raise BadPlace("location", NO_TOWN)
        if sentence := why_too_far(session_type, town):
            raise BadPlace("location", sentence)
    return MeetingPlace(address, AT_CLIENT)


def why_too_far(session_type: SessionType, town: Place) -> str | None:
    """Returns why the builder does not travel to this town; None if they do. Two queries if there is a radius."""
    builder = session_type.builder
    home = builder.builder_profile.coordinates
    if session_type.travel_miles is None or home is None:
        return None
    miles = miles_between((float(home[0]), float(home[1])), (float(town.latitude), float(town.longitude)))
    if miles <= session_type.travel_miles:
        return None
    near = f" from {builder.place.name}" if builder.place else ""
    return (
        f"{builder.display_name} travels up to {session_type.travel_miles} miles{near}. "
        f"{town.name} is about {round(miles)} miles away."
    )


def miles_between(here: tuple[float, float], there: tuple[float, float]) -> float:
    """Returns the distance of two points, given as latitude and longitude in degrees, along the surface of the Earth."""
    (latitude, longitude), (other_latitude, other_longitude) = (map(math.radians, point) for point in (here, there))
    cosine = math.sin(latitude) * math.sin(other_latitude)
    cosine += math.cos(latitude) * math.cos(other_latitude) * math.cos(other_longitude - longitude)
    return math.acos(max(-1.0, min(1.0, cosine))) * EARTH_MILES


def town_in(address: str) -> Place | None:
    """Returns the first town that a part of the address names, such as Berlin in `Kantstraße 5, 10625 Berlin`."""
    parts = [part.strip() for part in address.split(",")]
    for number, part in enumerate(parts):
        rest = parts[number + 1 :]
        without_code = " ".join(word for word in part.split() if not any(letter.isdigit() for letter in word))
        for name in dict.fromkeys((part, without_code)):
            if name and number and (town := places.find(", ".join([name, *rest])) or places.find(name)):
                return town
    return None
