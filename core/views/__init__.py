"""The views of `core`, by subject."""
