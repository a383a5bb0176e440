"""Referrals: personal links, who joined through whom, and the credit that both get for it."""
