"""Limits on POST requests to each page of referrals."""

from accounts.sign_in.limits import MAILS_NOBODY, ONLY_SHOWS, TELLS_SOMEBODY

POSTS = {
    "referrals:own": MAILS_NOBODY,
    "referrals:redeem": TELLS_SOMEBODY,
    "referrals:invitation": ONLY_SHOWS,
    "referrals:referral": TELLS_SOMEBODY,
    "referrals:rules": MAILS_NOBODY,
}
