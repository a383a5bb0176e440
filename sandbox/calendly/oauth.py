"""Signing in at the stand-in: a page that asks for permission, codes with PKCE, and refresh tokens that work once."""

from __future__ import annotations

import base64
import hashlib
from dataclasses import dataclass, field
from html import escape
from urllib.parse import urlencode
from uuid import uuid4

from sandbox.calendly.state import Resource, State

CLIENT_ID, CLIENT_SECRET = "sandbox", "sandbox-secret"
SECONDS = 7200  # that an access token lasts


@dataclass
class Grants:
    """Codes and tokens that were given out. A refresh token that is used twice ends nothing but itself."""

    state: State
    codes: dict[str, tuple[str, str, str]] = field(default_factory=dict)  # code: user, challenge, redirect address
    refresh_tokens: dict[str, str] = field(default_factory=dict)  # token: user

    def page(self, query: dict[str, str]) -> tuple[int, str]:
        """Returns the page that asks whether the application may use the account."""
        if query.get("client_id") != CLIENT_ID or query.get("code_challenge_method") != "S256":
            return 400, "<!doctype html><title>Error</title><h1>The request is not valid.</h1>"
        fields = "".join(
            f'<input type="hidden" name="{name}" value="{escape(query.get(name, ""))}">'
            for name in ("redirect_uri", "state", "code_challenge")
        )
        return 200, (
            '<!doctype html><html lang="en"><title>Allow access</title><p><small>Calendly (sandbox)</small></p>'
            f'<h1>Allow Waymark to use your account?</h1><form method="post">{fields}<button>Allow</button></form></html>'
        )

    def agree(self, form: dict[str, str]) -> str:
        """Gives out a code for the first account, and returns where to send the person."""
        code = uuid4().hex
        user = next(iter(self.state.users))
        self.codes[code] = (user, form.get("code_challenge", ""), form.get("redirect_uri", ""))
        return f"{form.get('redirect_uri', '')}?{urlencode({'code': code, 'state': form.get('state', '')})}"

    def token(self, authorization: str, form: dict[str, str]) -> tuple[int, Resource]:
        """Answers a request for tokens, in OAuth's own words."""
        expected = base64.b64encode(f"{CLIENT_ID}:{CLIENT_SECRET}".encode()).decode()
        if authorization != f"Basic {expected}":
            return 401, {"error": "invalid_client", "error_description": "Client authentication failed."}
        user = self._user_of(form)
        if user is None:
            return 400, {"error": "invalid_grant", "error_description": "The provided grant is invalid."}
        access, refresh = uuid4().hex, uuid4().hex
        self.state.tokens[access], self.refresh_tokens[refresh] = user, user
        return 200, {
            "access_token": access, "refresh_token": refresh, "token_type": "Bearer", "expires_in": SECONDS,
            "scope": "default", "created_at": int(self.state.now().timestamp()), "owner": user,
            "organization": self.state.users[user]["current_organization"],
        }  # fmt: skip

    def revoke(self, form: dict[str, str]) -> tuple[int, Resource]:
        """Ends a refresh token, with the access tokens of its user."""
        if (form.get("client_id"), form.get("client_secret")) != (CLIENT_ID, CLIENT_SECRET):
            return 403, {"error": "unauthorized_client", "error_description": "The client may not revoke this token."}
        user = self.refresh_tokens.pop(form.get("token", ""), None)
        if user is not None:
            for token in [token for token, owner in self.state.tokens.items() if owner == user]:
                del self.state.tokens[token]
        return 200, {}

    def _user_of(self, form: dict[str, str]) -> str | None:
        if form.get("grant_type") == "refresh_token":
            return self.refresh_tokens.pop(form.get("refresh_token", ""), None)
        user, challenge, address = self.codes.pop(form.get("code", ""), ("", "", ""))
        digest = hashlib.sha256(form.get("code_verifier", "").encode()).digest()
        is_right = base64.urlsafe_b64encode(digest).rstrip(b"=").decode() == challenge
        return user if user and is_right and address == form.get("redirect_uri") else None
