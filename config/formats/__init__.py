"""How dates and times look where no template says it, which is in the admin."""
