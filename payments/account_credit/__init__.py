"""Money that was refunded to clients as credit, and pays for what they book next. A balance of the ledger, per currency."""
