"""Who owns an email address, and how a person changes theirs."""
