"""The pages on which admins edit pathways and skills on the tree itself: changes and their undo, preview, import, export."""
