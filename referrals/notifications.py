"""Tells people about their referrals."""

from __future__ import annotations

from django.urls import reverse

from accounts.notifications import NewNotification, notify, notify_in_app
from referrals.models import Referral, Reward

NOTIFICATION = "referral"


def joined(referral: Referral) -> None:
    title = f"{referral.friend.display_name} joined through your link"
    text = "We will tell you when your credit is there."
    notify_in_app(referral.referrer, _about(f"referral_joined:{referral.pk}", title, text, "referrals:own"))


def rewarded(reward: Reward) -> None:
    referral, money = reward.referral, reward.money.shown()
    if reward.person_id == referral.friend_id:
        text = f"It is for joining through {referral.referrer.display_name}'s link."
    else:
        text = f"It is for inviting {referral.friend.display_name}, who has had a first session."
    title = f"You have got {money} of credit"
    notify(reward.person, _about(f"referral_reward:{reward.pk}", title, text, "payments:my_credits"))


def _about(event: str, title: str, text: str, page: str) -> NewNotification:
    call = "See your credit" if page == "payments:my_credits" else "See your invitations"
    return NewNotification(NOTIFICATION, event, title, text, reverse(page), call)
