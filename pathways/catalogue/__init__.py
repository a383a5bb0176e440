"""The catalogue: pathways, their skills, what comes before what, and which builder teaches which skill."""
