"""Credits: sessions that somebody has paid for in advance. The ledger counts them in a unit in the place of a currency."""
