"""The catalogue: pathways, skills and their prerequisites, and which builder teaches which skill."""
