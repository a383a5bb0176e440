"""Plans of several sessions on a client's pathway, proposed on free times and booked all together or not at all."""
