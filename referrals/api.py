"""`/api/referrals`: a person's code, who joined through it, and the code of whoever invited them."""

from __future__ import annotations

from ninja import Router, Status

from accounts.access import SignedInRequest
from core.api import signed_in
from referrals import queries, services
from referrals.schemas import CodeAnswer, RedeemAnswer, RedeemIn, ReferralOut, ReferralsAnswer, RewardOut

router = Router(tags=["Referrals"])


@router.get("/referrals", response=ReferralsAnswer, auth=signed_in, by_alias=True, summary="Your invitations")
def referrals(request: SignedInRequest) -> ReferralsAnswer:
    """Your link, the people who joined through it, and the credit that you got, each with the latest first. `code` and
    `link` are empty for an account that has none yet, such as one that staff have made today; a new code gives one."""
    code = queries.code_of(request.user)
    return ReferralsAnswer(
        code=code.code if code else "",
        link=code.link if code else "",
        referrals=[ReferralOut.of(referral) for referral in queries.referrals_by(request.user)],
        rewards=[RewardOut.of(reward) for reward in queries.rewards_of(request.user)],
    )


@router.post("/referrals/codes", response={201: CodeAnswer}, auth=signed_in, by_alias=True, summary="A new code")
def new_referral_code(request: SignedInRequest) -> Status[CodeAnswer]:
    """Makes a link, or another one. Links that you have sent before keep working."""
    return Status(201, CodeAnswer.of(services.replace_code(person=request.user)))


@router.post("/referrals/redeem", response=RedeemAnswer, auth=signed_in, by_alias=True, summary="Say who invited you")
def redeem_referral_code(request: SignedInRequest, payload: RedeemIn) -> RedeemAnswer:
    """In the first 30 days and before the first session. Refused for your own code, a second one, and a wrong one."""
    referral = services.redeem(person=request.user, code=payload.code)
    return RedeemAnswer(invited_by=referral.referrer.display_name, status=referral.status)
