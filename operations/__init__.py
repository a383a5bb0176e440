"""Running the place: the pages of staff, with what waits for them and how the services are."""
