"""Badges: who earns which, and the public page of one."""
