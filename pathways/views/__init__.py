"""The pathways' pages: those for everyone, one's own, the builder's."""
