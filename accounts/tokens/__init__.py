"""Personal API tokens: how a program signs in as its person."""
