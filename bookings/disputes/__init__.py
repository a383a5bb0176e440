"""What went wrong: disputes, which support settles, and no-shows."""
