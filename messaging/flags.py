"""The feature flag of messages."""

MESSAGING = "messaging"  # the entry points on pages; conversations that were begun stay readable without it
