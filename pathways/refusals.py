"""The refusals that pathways adds to those of `core.errors`."""

from core.errors import BaseRefusal


class PathwayRefusal(BaseRefusal):
    ALREADY_ENROLLED = ("already_enrolled", 409, "You already follow this pathway.")
    LOCKED = ("locked", 409, "Another skill has to be completed first.")
    GOAL_CLOSED = ("goal_closed", 409, "This goal is closed. Take it up again first.")
