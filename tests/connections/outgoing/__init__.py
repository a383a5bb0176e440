"""Tests of the webhooks that Waymark sends."""
