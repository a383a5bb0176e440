"""Registers the personal data of this app. The ledger stays when its person goes, because accounts must add up."""

from __future__ import annotations

from core.personal import register_personal
from payments.models import LedgerAccount


def register() -> None:
    register_personal(
        LedgerAccount,
        rows=lambda person: LedgerAccount.objects.filter(owner=person),
        fields=("kind", "currency", "created_at"),
        erase=None,
        why="Records of payments are kept for as long as the law asks. They name no person once the account is deleted.",
    )
