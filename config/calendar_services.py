"""Where people's calendars at Google and Microsoft are asked, and as which client. In the demo, without the operator's
own registration, that is the stand-in of the demo."""

from __future__ import annotations

from config.environment import Environment

Addresses = tuple[str, str, str, str]  # where people agree, tokens, where they are given back, and the API
ADDRESSES: dict[str, Addresses] = {
    "google": (
        "https://accounts.google.com/o/oauth2/v2/auth",
        "https://oauth2.googleapis.com/token",
        "https://oauth2.googleapis.com/revoke",
        "https://www.googleapis.com/calendar/v3",
    ),
    "microsoft": (
        "https://login.microsoftonline.com/common/oauth2/v2.0/authorize",
        "https://login.microsoftonline.com/common/oauth2/v2.0/token",
        "",  # Microsoft takes no tokens back
        "https://graph.microsoft.com/v1.0",
    ),
}
SANDBOX_CLIENT = "sandbox", "sandbox-secret"


def client_of(env: Environment, service: str) -> tuple[str, str]:
    """Returns the id and the secret of Waymark's registration; both are empty where there is none."""
    if _is_sandbox(env, service):
        return SANDBOX_CLIENT
    is_google = service == "google"
    secret = env.google_client_secret if is_google else env.microsoft_client_secret
    return env.google_client_id if is_google else env.microsoft_client_id, secret.get_secret_value() if secret else ""


def addresses_of(env: Environment, service: str) -> Addresses:
    if not _is_sandbox(env, service):
        return ADDRESSES[service]
    api = f"{env.sandbox_url}/{service}"
    return f"{api}/authorize", f"{api}/token", f"{api}/revoke", api


def _is_sandbox(env: Environment, service: str) -> bool:
    return bool(env.sandbox_url) and not (env.google_client_id if service == "google" else env.microsoft_client_id)
