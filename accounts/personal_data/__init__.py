"""A person's data: downloading it and erasing the account."""
