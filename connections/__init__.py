"""Connections: people's links to outside services, how to read them, and how well they answer.

One package per service alone knows its wire format. This app knows no session type and no booking: what comes from a
calendar is busy time, and `scheduling` decides what that takes.
"""
