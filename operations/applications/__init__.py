"""The page on which an admin decides an application to become a builder."""
