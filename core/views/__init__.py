"""Pages of the lowest layer, by area."""
