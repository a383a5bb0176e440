"""What both sides say of a completed session."""
