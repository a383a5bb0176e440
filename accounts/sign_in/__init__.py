"""What we change of allauth: limits, forms, emails and second factors. The backend stays in `accounts.backends`: its path is
kept in every session."""
