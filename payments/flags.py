"""The feature flag of payments."""

PAYMENTS = "payments"  # what is due and paid, on pages and in the API; what was recorded stays without it
