"""Other times that a builder suggests for a booking, for the client to choose from. They are not reserved."""
