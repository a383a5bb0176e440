"""A builder's clients: their progress on pathways, reviews of their skills, notes on them."""
