"""What the page of connections shows of accounts at outside services."""

from __future__ import annotations

from dataclasses import dataclass

from django.http import HttpRequest

from connections.oauth.models import LinkedAccount
from connections.oauth.registry import OAuthService, all_services
from core import flags


@dataclass(frozen=True)
class AccountCard:
    """One service, and the person's account there if they have connected one."""

    service: OAuthService
    account: LinkedAccount | None
    may_connect: bool  # off when the feature is: what is connected goes on working


def account_cards(request: HttpRequest) -> list[AccountCard]:
    """Returns the services that this person can connect, and the accounts they have. One query besides the flags."""
    accounts: dict[str, list[LinkedAccount]] = {}
    for account in LinkedAccount.objects.filter(owner=request.user.pk):
        accounts.setdefault(account.service, []).append(account)
    cards = []
    for service in all_services():
        if service.page:
            continue
        may_connect = service.client() is not None and flags.is_on(request, service.flag)
        own: list[LinkedAccount | None] = list(accounts.get(service.name, []))
        if own or may_connect:
            cards += [AccountCard(service, account, may_connect) for account in own or [None]]
    return cards
