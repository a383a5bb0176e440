"""The rules of rewards, and what they promise, in words."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from core.money import Money
from referrals.models import RewardRule


def rule_at(kind: str, moment: datetime) -> RewardRule | None:
    """Returns the rule of this kind that was in force then; None if rewards were off. One query."""
    rule = RewardRule.objects.filter(kind=kind, created_at__lte=moment).order_by("-created_at", "-id").first()
    return rule if rule is not None and rule.is_on else None


def rules_at(moment: datetime) -> list[RewardRule]:
    """Returns the rules in force, clients first. Two queries."""
    rules = (rule_at(kind, moment) for kind in (RewardRule.Kind.CLIENT, RewardRule.Kind.BUILDER))
    return [rule for rule in rules if rule is not None]


def promise_for_friend(rule: RewardRule) -> str:
    """Returns what the rule promises to somebody who joins; an empty string if they get nothing."""
    if not rule.friend_amount:
        return ""
    money = rule.money(rule.friend_amount).shown()
    if rule.kind == RewardRule.Kind.BUILDER:
        return f"If you become a builder, you get {money} of credit after the first paid session that you give."
    return f"You get {money} of credit after your first paid session."


def promise_for_referrer(rule: RewardRule) -> str:
    """Returns what the rule promises to whoever invites, as one sentence."""
    own, friend = rule.money(rule.referrer_amount), rule.money(rule.friend_amount)
    event = "books and has" if rule.kind == RewardRule.Kind.CLIENT else "becomes a builder and gives"
    return f"When a friend {event} their first paid session, {_shares(own, friend)}."


def _shares(own: Money, friend: Money) -> str:
    if own == friend:
        return f"you both get {own.shown()} of credit"
    if not friend.amount:
        return f"you get {own.shown()} of credit"
    if not own.amount:
        return f"they get {friend.shown()} of credit"
    return f"you get {own.shown()} and they get {friend.shown()} of credit"


def conditions(rules: Sequence[RewardRule]) -> list[str]:
    """Returns what else has to be true, one sentence each; none without rules."""
    if not rules:
        return []
    sessions = [_enough(rule, who="" if len(rules) == 1 else f" of {OF_WHOM[rule.kind]}") for rule in rules]
    most = max(rule.most_per_year for rule in rules)
    return [
        *sessions,
        f"You can be rewarded for {most} people in a year.",
        "A session with each other does not count, nor do people who share a card or an address for invoices.",
    ]


OF_WHOM: dict[str, str] = {RewardRule.Kind.CLIENT: "a new client", RewardRule.Kind.BUILDER: "a new builder"}


def _enough(rule: RewardRule, who: str) -> str:
    return (
        f"The session{who} costs at least {rule.money(rule.least_paid).shown()}, is paid through Waymark, and is completed "
        f"within {rule.days} days after they join."
    )
