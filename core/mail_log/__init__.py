"""The log of emails: each one with its text, what the mail server said of each try, and addresses that take no mail."""
