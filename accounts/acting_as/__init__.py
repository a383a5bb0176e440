"""Staff act as a person for half an hour, to see what they see. What may be opened meanwhile is in `core.acting`."""
