"""Reads a calendar from its secret iCal address."""
