"""What people say about using Waymark: after a booking, and by the form."""
