"""Money that was paid or will be: the ledger, payments and refunds. It knows no booking; other apps hear by signal."""
