"""Zoom: meetings made in the account of a builder or of the platform. Only this package knows Zoom's wire format."""
