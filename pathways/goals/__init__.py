"""Goals: what clients want to reach by when, how far they are, and when they will get there at their pace."""
