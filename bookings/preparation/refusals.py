"""The refusals about preparing a session."""

from core.errors import BaseRefusal


class PreparationRefusal(BaseRefusal):
    AGENDA_CHANGED = ("agenda_changed", 409, "The agenda was changed while you were writing.")
    AGENDA_CLOSED = ("agenda_closed", 409, "The agenda can be changed while the session is confirmed, until it starts.")
