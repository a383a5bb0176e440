"""A service that speaks OAuth 2 with PKCE and rotating refresh tokens, for tests."""

from __future__ import annotations

import base64
import hashlib
import json
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler
from typing import Any
from urllib.parse import parse_qs, urlsplit

from connections.oauth import registry
from connections.oauth.registry import Identity, OAuthClient, OAuthService, Tokens
from core.flags import RegisteredFlag
from core.flags import _flags as flags_by_name
from tests.outside import OutsideServer, outside_server

NAME = "tests"


class OAuthServer:
    """Grants codes and tokens. A refresh token can be used once; a used one ends the grant, as real services do."""

    def __init__(self, server: OutsideServer) -> None:
        self.server = server
        self.codes: dict[str, str] = {}  # code: challenge
        self.refresh_tokens: set[str] = set()
        self.access_tokens: set[str] = set()
        self.seconds = 3600
        self.count = 0
        self.is_revoked = False
        server.answers["/token"] = self.token
        server.answers["/api"] = self.api

    @property
    def client(self) -> OAuthClient:
        return OAuthClient(
            "client-id", "client-secret", "https://service.example/authorize", self.server.address("/token"), ("read",)
        )

    def agree(self, address: str) -> dict[str, str]:
        """Agrees at the address that a person was sent to; returns the query that they come back with."""
        query = {name: values[0] for name, values in parse_qs(urlsplit(address).query).items()}
        assert query["code_challenge_method"] == "S256"
        code = f"code-{len(self.codes)}"
        self.codes[code] = query["code_challenge"]
        return {"code": code, "state": query["state"]}

    def token(self, request: BaseHTTPRequestHandler) -> None:
        form = {name: values[0] for name, values in parse_qs(self.server.bodies[-1].decode()).items()}
        expected = base64.b64encode(b"client-id:client-secret").decode()
        if request.headers.get("Authorization") != f"Basic {expected}":
            send(request, 401, {"error": "invalid_client"})
            return
        if self.is_revoked or not self._is_granted(form):
            send(request, 400, {"error": "invalid_grant"})
            return
        self.count += 1
        access, refresh = f"access-{self.count}", f"refresh-{self.count}"
        self.access_tokens, self.refresh_tokens = {access}, {refresh}
        send(request, 200, {"access_token": access, "refresh_token": refresh, "expires_in": self.seconds})

    def _is_granted(self, form: dict[str, str]) -> bool:
        if form["grant_type"] == "refresh_token":
            if form["refresh_token"] in self.refresh_tokens:
                return True
            self.refresh_tokens.clear()  # used twice: somebody else may have it
            return False
        digest = hashlib.sha256(form["code_verifier"].encode()).digest()
        challenge = base64.urlsafe_b64encode(digest).rstrip(b"=").decode()
        return self.codes.pop(form["code"], None) == challenge

    def api(self, request: BaseHTTPRequestHandler) -> None:
        token = request.headers.get("Authorization", "").removeprefix("Bearer ")
        send(request, 200 if token in self.access_tokens else 401, {})


def send(request: BaseHTTPRequestHandler, status: int, content: dict[str, Any]) -> None:
    body = json.dumps(content).encode()
    request.send_response(status)
    request.send_header("Content-Length", str(len(body)))
    request.end_headers()
    request.wfile.write(body)


@contextmanager
def oauth_server(settings: Any) -> Iterator[OAuthServer]:
    """Yields a running service that is registered as `tests` and switched on."""
    with outside_server(settings) as server:
        running = OAuthServer(server)
        settings.USE_TESTS = True
        flags_by_name[NAME] = RegisteredFlag(NAME, "USE_TESTS", "A service of tests.")
        registry.register_service(
            OAuthService(
                name=NAME,
                label="Testing",
                flag=NAME,
                purpose="Waymark tests this.",
                client=lambda: running.client,
                identify=lambda tokens: Identity("account-1", f"ada with {len(tokens.access)} letters"),
            )
        )
        yield running
        del registry._services[NAME], flags_by_name[NAME]


def granted(running: OAuthServer) -> Tokens:
    """Returns tokens that the service accepts."""
    running.access_tokens, running.refresh_tokens = {"access-0"}, {"refresh-0"}
    return Tokens("access-0", "refresh-0")
