"""The weekly letter: what a person did since the last one, what comes next, and one suggestion."""
