"""What people write to support by the form of the contact page."""
