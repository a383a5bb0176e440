"""Accounts of people at outside services: how they connect one, and how Waymark calls the service in its name."""
