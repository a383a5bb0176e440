"""Alarms: what they measure, their limits, and who is told when one goes on or off."""
