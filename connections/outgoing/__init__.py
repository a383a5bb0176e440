"""Webhooks that Waymark sends to addresses of builders and operators."""
