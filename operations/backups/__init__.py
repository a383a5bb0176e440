"""Backups of a whole site in one encrypted file, restoring them, and rehearsing that."""
