"""Conversations of two people: messages, files, read marks, reports. It knows no booking; other apps register what a
conversation is about."""
