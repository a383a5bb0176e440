"""What staff decide for the whole site: maintenance, announcements, who may join, and the versions of the terms."""
