"""The pages on which staff decide for the whole site: maintenance, announcements, who may join, and the terms."""
