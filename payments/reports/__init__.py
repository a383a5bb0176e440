"""Reports for operators about the money that went through Waymark. Every figure is a sum of the ledger."""
