"""Sessions that a builder books for a client, with or without asking them first."""
