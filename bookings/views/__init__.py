"""The pages of bookings: the wizard that makes one, the page of one, the lists of them."""
