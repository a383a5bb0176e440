"""The page of one person: everything that staff know of them, and everything that staff may do for them."""
