"""Factories for the models of referrals."""

from __future__ import annotations

from decimal import Decimal

from factory.declarations import LazyFunction, SelfAttribute, Sequence, SubFactory
from factory.django import DjangoModelFactory

from core import clock
from referrals.models import Referral, ReferralCode, Reward, RewardRule
from tests.factories.accounts import UserFactory


class ReferralCodeFactory(DjangoModelFactory[ReferralCode]):
    class Meta:
        model = ReferralCode

    owner = SubFactory(UserFactory)
    code = Sequence("c0de{:04d}".format)


class RewardRuleFactory(DjangoModelFactory[RewardRule]):
    class Meta:
        model = RewardRule

    kind = RewardRule.Kind.CLIENT
    referrer_amount = Decimal(10)
    friend_amount = Decimal(10)
    currency = "EUR"
    least_paid = Decimal(40)


class ReferralFactory(DjangoModelFactory[Referral]):
    class Meta:
        model = Referral

    code = SubFactory(ReferralCodeFactory)
    referrer = SelfAttribute("code.owner")
    friend = SubFactory(UserFactory)
    joined_at = LazyFunction(clock.now)
    status_at = SelfAttribute("joined_at")


class RewardFactory(DjangoModelFactory[Reward]):
    class Meta:
        model = Reward

    referral = SubFactory(ReferralFactory)
    person = SelfAttribute("referral.friend")
    amount = Decimal(10)
    currency = "EUR"
    given_at = LazyFunction(clock.now)
