"""Where a booking takes place: the link of a remote session, or the address of a session in person."""
