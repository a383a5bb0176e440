"""Pays builders: their accounts with the provider, transfers of their shares, and what is taken back after refunds."""
