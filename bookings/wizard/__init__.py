"""The pages that make a booking: session type, time, details, review."""
