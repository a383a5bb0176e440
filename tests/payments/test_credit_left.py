"""How much of a reward is left, among refunds and payments with credit."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from payments.account_credit.rules import CreditLeg, left_of

REWARD = CreditLeg("reward", 10)
TAKEN_BACK = CreditLeg("reward", -10, is_taken_back=True)


@pytest.mark.parametrize(
    ("legs", "left"),
    [
        ([REWARD], 10),
        ([CreditLeg("refund", 50), REWARD, CreditLeg("payment", -45)], 10),
        ([REWARD, CreditLeg("payment", -4), CreditLeg("refund", 50)], 6),
        ([REWARD, CreditLeg("payment", -10), CreditLeg("payment", 10)], 10),
        ([REWARD, CreditLeg("payment", -10), CreditLeg("payment", 80)], 10),
        ([REWARD, CreditLeg("payment", -10), CreditLeg("payment", 4)], 4),
        ([CreditLeg("refund", 5), REWARD, TAKEN_BACK, CreditLeg("payment", -5)], 0),
        ([CreditLeg("other", 10), REWARD, CreditLeg("other", -10, is_taken_back=True)], 10),
        ([], 0),
    ],
)
def test_what_was_added_first_is_used_first_and_comes_back_as_it_was(legs: Sequence[CreditLeg], left: int) -> None:
    assert left_of("reward", legs) == left
