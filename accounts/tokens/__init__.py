"""Personal API tokens, with which programs use the API in a person's name."""
