"""Preparing a session: the agenda of both sides, and the builder's checklist."""
