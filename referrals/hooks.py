"""What sign-up and the wizard ask about invitations, without knowing this app (`core.registry.ReferralHooks`)."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest

from core import clock
from core.registry import ReferralHooks
from referrals import services
from referrals.codes import code_named, kept_code
from referrals.rules import promise_for_friend, rules_at


def sentence_for(request: HttpRequest) -> str:
    """Returns who invited the visitor and what they get; an empty string for others. No query without a cookie."""
    code = kept_code(request)
    known = code_named(code) if code and not request.user.is_authenticated else None
    rules = rules_at(clock.now())[:1] if known is not None else []
    if known is None or not rules:
        return ""
    return f"{known.owner.display_name} invited you. {promise_for_friend(rules[0])}".strip()


def joined(person: Any, code: str) -> None:
    services.ensure_code(person)
    services.record_joining(person=person, code=code)


HOOKS = ReferralHooks(code_of=kept_code, sentence_for=sentence_for, joined=joined)
