"""Pages of the ground floor, by area."""
