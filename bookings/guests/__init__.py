"""People who book without an account, and the account that their booking can move into."""
