"""What bookings cost, and what was paid and given back: joins bookings with the payments that know none of them."""
