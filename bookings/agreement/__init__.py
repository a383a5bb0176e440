"""The agreement itself: asked for, confirmed, moved, cancelled, completed, and who hears of it."""
