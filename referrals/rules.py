"""The rules of rewards, and what they promise, in words."""

from __future__ import annotations

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


def conditions(rule: RewardRule) -> list[str]:
    """Returns what else has to be true, one sentence each."""
    enough = (
        f"The session costs at least {rule.money(rule.least_paid).shown()}, is paid through Waymark, and is completed "
        f"within {rule.days} days after your friend joins."
    )
    return [
        enough,
        f"You can be rewarded for {rule.most_per_year} people in a year.",
        "A session with each other does not count, nor do people who share a card or an address for invoices.",
    ]
