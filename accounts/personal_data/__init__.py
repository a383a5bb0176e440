"""What belongs to a person: the download of it, and erasing it."""
