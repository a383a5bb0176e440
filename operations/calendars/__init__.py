"""The page of one connected calendar for staff, from which it is read again or its owner is asked to connect it again."""
