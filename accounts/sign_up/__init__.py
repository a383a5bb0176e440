"""Creating an account: the sign-up, its confirmation link, and the pages around them."""
