"""The feature flag of marketplace."""

BUILDER_CARDS_V2 = "builder_cards_v2"  # the cards with six parts
