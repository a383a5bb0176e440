"""A builder's clients: how far each is, what was said about their skills, notes on them."""
