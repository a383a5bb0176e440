"""Messages from the contact page, which staff read and answer."""
