"""The refusals that pathways adds to those of `core.errors`."""

from core.errors import BaseRefusal


class PathwayRefusal(BaseRefusal):
    ALREADY_ENROLLED = ("already_enrolled", 409, "You follow this pathway already.")
    LOCKED = ("locked", 409, "Something else comes first.")
