"""The requests of OAuth 2 with PKCE: the address where people agree, and the two kinds of requests for tokens."""

from __future__ import annotations

import base64
import hashlib
import json
import secrets
from datetime import timedelta
from typing import Any
from urllib.parse import urlencode

from connections.oauth.registry import OAuthClient, OAuthService, Tokens
from core import clock
from core.breakers import Breaker
from core.service_calls import ServiceDown, call

LONGEST_TOKEN = 8_000


class GrantRefused(Exception):
    """The service does not accept the code or the refresh token: it expired, was used or was revoked."""


def new_verifier() -> str:
    """Returns a code verifier of PKCE."""
    return secrets.token_urlsafe(64)


def authorize_address(client: OAuthClient, *, state: str, verifier: str, redirect_uri: str) -> str:
    """Returns the address at the service where the person agrees to the connection."""
    digest = hashlib.sha256(verifier.encode()).digest()
    query = {
        "response_type": "code",
        "client_id": client.client_id,
        "redirect_uri": redirect_uri,
        "state": state,
        "code_challenge": base64.urlsafe_b64encode(digest).rstrip(b"=").decode(),
        "code_challenge_method": "S256",
    }
    if client.scopes:
        query["scope"] = " ".join(client.scopes)
    return f"{client.authorize_url}?{urlencode(query | dict(client.parameters))}"


def exchange_code(service: OAuthService, client: OAuthClient, *, code: str, verifier: str, redirect_uri: str) -> Tokens:
    """Returns the tokens for a code. Raises GrantRefused or ServiceDown."""
    form = {"grant_type": "authorization_code", "code": code, "redirect_uri": redirect_uri, "code_verifier": verifier}
    return request_tokens(service, client, form, owner="codes")


def refresh(service: OAuthService, client: OAuthClient, *, refresh_token: str, owner: str) -> Tokens:
    """Returns new tokens; the old refresh token may no longer be valid then. Raises GrantRefused or ServiceDown."""
    tokens = request_tokens(
        service, client, {"grant_type": "refresh_token", "refresh_token": refresh_token}, owner=owner
    )
    if tokens.refresh:
        return tokens
    return Tokens(tokens.access, refresh_token, tokens.expires_at, tokens.scopes, tokens.raw)


def revoke(service: OAuthService, client: OAuthClient, token: str) -> None:
    """Gives a token back. A service that does not accept it has no use for it either. Raises ServiceDown."""
    headers = _headers(client)
    if client.revoke_form:
        headers.pop("Authorization", None)
    call(
        "POST", client.revoke_url, headers=headers, body=urlencode({**client.revoke_form, "token": token}).encode(),
        label=service.label,
        breaker=Breaker(service.name, "revoked tokens"), most_bytes=100_000,
    )  # fmt: skip


def request_tokens(service: OAuthService, client: OAuthClient, form: dict[str, str], *, owner: str) -> Tokens:
    """Sends one request for tokens. Raises GrantRefused or ServiceDown."""
    if client.sends_secret_in_body:
        form = form | {"client_id": client.client_id, "client_secret": client.client_secret}
    answer = call(
        "POST", client.token_url, headers=_headers(client), body=urlencode(form).encode(), label=service.label,
        breaker=Breaker(service.name, f"tokens {owner}"), most_bytes=100_000,
    )  # fmt: skip
    parsed = _object(answer.body)
    if answer.is_ok and (tokens := _tokens(parsed)) is not None:
        return tokens
    if answer.status in (400, 401) and parsed.get("error") in ("invalid_grant", "invalid_request"):
        raise GrantRefused
    if answer.status in (400, 401, 403):
        raise ServiceDown(
            f"{service.label} does not accept Waymark’s own credentials. The operator of this site must check them."
        )
    raise ServiceDown(f"{service.label} gave an answer that could not be read.")


def _headers(client: OAuthClient) -> dict[str, str]:
    headers = {"Content-Type": "application/x-www-form-urlencoded", "Accept": "application/json"}
    if not client.sends_secret_in_body:
        credentials = f"{client.client_id}:{client.client_secret}".encode()
        headers["Authorization"] = f"Basic {base64.b64encode(credentials).decode()}"
    return headers


def _tokens(parsed: dict[str, Any]) -> Tokens | None:
    access, refresh_token = parsed.get("access_token"), parsed.get("refresh_token") or ""
    if not isinstance(access, str) or not isinstance(refresh_token, str) or not access:
        return None
    if max(len(access), len(refresh_token)) > LONGEST_TOKEN or not (access + refresh_token).isascii():
        return None
    seconds, scopes = parsed.get("expires_in"), parsed.get("scope")
    is_number = isinstance(seconds, int | float) and not isinstance(seconds, bool) and 0 < seconds < 10**9
    expires_at = clock.now() + timedelta(seconds=float(seconds or 0)) if is_number else None
    return Tokens(access, refresh_token, expires_at, scopes if isinstance(scopes, str) else "", parsed)


def _object(body: bytes) -> dict[str, Any]:
    try:
        parsed = json.loads(body)
    except (ValueError, RecursionError):
        return {}
    return parsed if isinstance(parsed, dict) else {}
