"""Calls to Stripe about a bank's dispute: storing its evidence, and submitting it once."""

from __future__ import annotations

import io
from typing import Any

from payments.stripe.client import call
from payments.stripe.objects import ProviderDispute, dispute_of

UPLOAD_SECONDS = 60.0


def fetch_dispute(dispute_id: str) -> ProviderDispute:
    return dispute_of(call(lambda client: client.v1.disputes.retrieve(dispute_id)))


def upload_evidence(name: str, content: bytes) -> str:
    """Uploads a file for evidence and returns its id.

    A file that no dispute names has no effect, so it needs no key.
    """
    file = io.BytesIO(content)
    file.name = name
    params: Any = {"purpose": "dispute_evidence", "file": file}
    return str(call(lambda client: client.v1.files.create(params), seconds=UPLOAD_SECONDS)["id"])


def stage_evidence(dispute_id: str, evidence: dict[str, str]) -> ProviderDispute:
    """Lets Stripe keep the evidence without submitting it; it can be replaced."""
    return _update(dispute_id, evidence, is_final=False, options={})


def submit_evidence(dispute_id: str, evidence: dict[str, str], *, key: str) -> ProviderDispute:
    """Submits the evidence to the bank, which takes it once. First checks whether that has already been done."""
    dispute = fetch_dispute(dispute_id)
    if dispute.submissions:
        return dispute
    return _update(dispute_id, evidence, is_final=True, options={"idempotency_key": key})


def _update(dispute_id: str, evidence: dict[str, str], *, is_final: bool, options: Any) -> ProviderDispute:
    params: Any = {"evidence": evidence, "submit": is_final}
    return dispute_of(call(lambda client: client.v1.disputes.update(dispute_id, params, options)))
