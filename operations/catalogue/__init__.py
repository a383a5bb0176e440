"""The pages on which admins edit services, towns and professional roles."""
