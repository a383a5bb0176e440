"""Files and links that come out of a session."""
