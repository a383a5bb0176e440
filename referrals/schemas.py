"""The JSON of `/api/referrals`."""

from __future__ import annotations

from datetime import datetime
from typing import Literal

from pydantic import Field

from core.api import In, Out, SuccessBody
from referrals.models import LONGEST_CODE, Referral, ReferralCode, Reward


class ReferralOut(Out):
    display_name: str
    status: Literal["joined", "qualified", "rewarded", "refused"]
    at: datetime

    @classmethod
    def of(cls, referral: Referral) -> ReferralOut:
        return cls(display_name=referral.friend.display_name, status=referral.status, at=referral.status_at)


class RewardOut(Out):
    amount: str
    currency: str
    given_at: datetime

    @classmethod
    def of(cls, reward: Reward) -> RewardOut:
        return cls(amount=reward.money.on_the_wire(), currency=reward.currency, given_at=reward.given_at)


class CodeAnswer(SuccessBody):
    code: str
    link: str

    @classmethod
    def of(cls, code: ReferralCode) -> CodeAnswer:
        return cls(code=code.code, link=code.link)


class ReferralsAnswer(SuccessBody):
    code: str
    link: str
    referrals: list[ReferralOut]
    rewards: list[RewardOut]


class RedeemIn(In):
    code: str = Field(max_length=LONGEST_CODE)


class RedeemAnswer(SuccessBody):
    invited_by: str
    status: Literal["joined", "qualified", "rewarded", "refused"]
