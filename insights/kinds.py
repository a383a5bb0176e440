"""The kinds of session by which the figures can be narrowed down. A session is of one kind, so that the kinds add up: free
whatever else it is, else a group, else in person, else of a pathway, else one-to-one."""

from __future__ import annotations

from coaching.offer_kinds import KINDS

# Which bookings `b` are of each kind. The session type says it, but whether they met in person is agreed for each booking.
CONDITIONS = {
    "free": "b.session_type_id IN (SELECT t.id FROM coaching_sessiontype t WHERE t.category = 'FREE')",
    "group": "b.session_type_id IN (SELECT t.id FROM coaching_sessiontype t WHERE t.category <> 'FREE' AND t.seats > 1)",
    "in-person": """NOT b.is_remote AND b.session_type_id IN (
        SELECT t.id FROM coaching_sessiontype t WHERE t.category <> 'FREE' AND t.seats = 1)""",
    "pathway": """b.is_remote AND b.session_type_id IN (
        SELECT t.id FROM coaching_sessiontype t WHERE t.category = 'PATHWAY' AND t.seats = 1)""",
    "one-to-one": """b.is_remote AND b.session_type_id IN (
        SELECT t.id FROM coaching_sessiontype t WHERE t.category NOT IN ('FREE', 'PATHWAY') AND t.seats = 1)""",
}


def session_kinds() -> list[tuple[str, str]]:
    """Returns the slug and the name of each kind, in the order in which builders see them."""
    return [(kind.slug, kind.name) for kind in KINDS]
