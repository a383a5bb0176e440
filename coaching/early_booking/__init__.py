"""The discount for booking early: tiers of days ahead and per cent less, of a session type or of all of a builder's."""
