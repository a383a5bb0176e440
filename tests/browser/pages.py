"""The pages that people use, and who uses them: for the checks that every page must pass, and for pictures."""

PAGES: dict[str, tuple[str, str]] = {
    "home": ("/", ""),
    "builders": ("/builders/", ""),
    "builders-none": ("/builders/?q=zither", ""),
    "builder": ("/builders/ada-moreno/", ""),
    "pathways": ("/pathways/", ""),
    "pathway": ("/pathways/accelerate/", ""),
    "sign-in": ("/account/login/", ""),
    "join": ("/account/signup/", ""),
    "reset": ("/account/password/reset/", ""),
    "lost": ("/no/such/path/", ""),
    "mail": ("/demo/mail/", ""),
    "styleguide": ("/styleguide/", ""),
    "dashboard": ("/dashboard/", "builder@demo.test"),
    "profile": ("/dashboard/profile/", "builder@demo.test"),
    "account": ("/account/", "client@demo.test"),
    "apply": ("/account/build/", "client@demo.test"),
    "notifications": ("/notifications/", "client@demo.test"),
    "sessions": ("/account/sessions/", "client@demo.test"),
    "tokens": ("/account/tokens/", "client@demo.test"),
    "account-email": ("/account/email/", "client@demo.test"),
    "account-password": ("/account/password/change/", "client@demo.test"),
    "sign-out": ("/account/logout/", "client@demo.test"),
}
IN_ALL_MODES = ("home", "builders", "sign-in", "styleguide", "dashboard", "lost")
