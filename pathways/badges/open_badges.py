"""An award as an Open Badges 3.0 credential, which is a W3C Verifiable Credential, signed as a JWT with Ed25519.

The key is derived from SECRET_KEY, so that there is no other secret to keep. The public key is in the header of the JWT; a
reader trusts it because `/badges/issuer.json` of this site, which the credential names as its issuer, has the same.
"""

from __future__ import annotations

import base64
import hashlib
import json
from datetime import datetime
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from django.conf import settings
from django.urls import reverse

from pathways.models import Award

CONTEXT = [
    "https://www.w3.org/ns/credentials/v2",
    "https://purl.imsglobal.org/spec/ob/v3p0/context-3.0.3.json",
]


def credential_of(award: Award) -> dict[str, Any]:
    """Returns the credential with its compact JWT. Its subject is the holder's address as a salted hash, as the
    specification has it, so that the file does not give the address away."""
    facts = _facts(award)
    return facts | {"jwt": _signed(facts)}


def issuer() -> dict[str, Any]:
    """Returns the profile of this site as an issuer of badges, with its public key."""
    return {
        "@context": CONTEXT, "id": _absolute("pathways:badge_issuer"), "type": ["Profile"], "name": "Waymark",
        "url": settings.SITE_URL, "publicKeyJwk": _public_key(),
    }  # fmt: skip


def _facts(award: Award) -> dict[str, Any]:
    badge = award.badge
    page = _absolute("pathways:award", award.token)
    return {
        "@context": CONTEXT,
        "id": page,
        "type": ["VerifiableCredential", "OpenBadgeCredential"],
        "issuer": {"id": _absolute("pathways:badge_issuer"), "type": ["Profile"], "name": "Waymark"},
        "validFrom": f"{award.awarded_at:%Y-%m-%dT%H:%M:%SZ}",
        "name": badge.name,
        "credentialSubject": {
            "type": ["AchievementSubject"],
            "identifier": [_identity(award)],
            "achievement": {
                "id": f"{_absolute('pathways:badges')}#badge-{badge.slug}",
                "type": ["Achievement"],
                "name": badge.name if award.level == 1 else f"{badge.name}, level {award.level}",
                "description": badge.description,
                "criteria": {"narrative": badge.how},
                "image": {"id": _absolute("pathways:award_picture", award.token), "type": "Image"},
            },
        },
    }


def _identity(award: Award) -> dict[str, Any]:
    digest = hashlib.sha256(f"{award.client.email}{award.token}".encode()).hexdigest()
    return {
        "type": "IdentityObject", "identityType": "emailAddress", "hashed": True, "salt": award.token,
        "identityHash": f"sha256${digest}",
    }  # fmt: skip


def _absolute(name: str, *arguments: str) -> str:
    return f"{settings.SITE_URL}{reverse(name, args=arguments)}"


def _signed(facts: dict[str, Any]) -> str:
    not_before = int(datetime.fromisoformat(facts["validFrom"]).timestamp())
    claims = facts | {"iss": facts["issuer"]["id"], "jti": facts["id"], "nbf": not_before}
    header = {"alg": "EdDSA", "typ": "JWT", "jwk": _public_key()}
    content = f"{_base64(json.dumps(header).encode())}.{_base64(json.dumps(claims).encode())}"
    return f"{content}.{_base64(_key().sign(content.encode()))}"


def _key() -> Ed25519PrivateKey:
    return Ed25519PrivateKey.from_private_bytes(
        hashlib.sha256(f"waymark badges:{settings.SECRET_KEY}".encode()).digest()
    )


def _public_key() -> dict[str, str]:
    raw = _key().public_key().public_bytes(Encoding.Raw, PublicFormat.Raw)
    return {"kty": "OKP", "crv": "Ed25519", "x": _base64(raw)}


def _base64(content: bytes) -> str:
    return base64.urlsafe_b64encode(content).rstrip(b"=").decode()
