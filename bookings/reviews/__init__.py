"""Reviews of a completed session by both sides."""
