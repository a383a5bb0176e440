"""Limits on guessing passwords and codes, and on mails that people can cause. docs/limits.md lists all limits, with the
reasons for counting by account, by network, by both together, or by mail address."""

from __future__ import annotations

from datetime import timedelta

from allauth.usersessions.models import UserSession
from django.http import HttpRequest

from accounts.models import UserManager
from core.errors import Refused
from core.limits import Limit
from core.post_limits import PostLimit
from core.requests import client_address, network_of

MINUTE, HOUR = timedelta(minutes=1), timedelta(hours=1)

# Wrong passwords and codes: for an account from one network, and for the account from all networks together.
FAILURES = Limit("sign-in failures", "LIMIT_SIGN_IN_FAILURES", timedelta(minutes=5))
FAILURES_OF_ACCOUNT = Limit(
    "sign-in failures of an account", "LIMIT_SIGN_IN_FAILURES_PER_ACCOUNT", timedelta(minutes=15)
)
CODES = Limit("second factor codes", "LIMIT_SIGN_IN_FAILURES", timedelta(minutes=5))
CODES_OF_ACCOUNT = Limit("second factor codes of an account", "LIMIT_CODE_FAILURES_PER_ACCOUNT", HOUR)

# Requests from visitors who are not signed in, by network.
SIGN_INS = Limit("sign-ins", "LIMIT_SIGN_IN_PER_ADDRESS", MINUTE)
LINKS = Limit("forms and links of strangers", "LIMIT_SIGN_IN_PER_ADDRESS", MINUTE)
SIGN_UPS = Limit("sign-ups", "LIMIT_SIGN_UP_PER_ADDRESS", HOUR)
RESETS_OF_NETWORK = Limit("resets of a network", "LIMIT_RESET_PER_ADDRESS", HOUR)

# Mails that anybody can have sent to any address, by that address.
RESETS = Limit("resets", "LIMIT_RESET_PER_MAIL", HOUR)
CONFIRMATION_MAILS = Limit("confirmation mails", "LIMIT_CONFIRMATION_PER_MAIL", HOUR)

# Changes by signed-in people, by account.
IDENTITY_CHECKS = Limit("identity checks", "LIMIT_IDENTITY_CHECKS_PER_PERSON", timedelta(minutes=15))
ACCOUNT_CHANGES = Limit("account changes", "LIMIT_ACCOUNT_CHANGES_PER_PERSON", HOUR)

# Actions that send a mail to somebody else: by account, and for guests by network.
ACTS = Limit("acts", "LIMIT_ACTS_PER_PERSON", timedelta(minutes=10))
ACTS_OF_NETWORK = Limit("acts of a network", "LIMIT_ACTS_PER_ADDRESS", timedelta(minutes=10))

# Large files that go straight to the bucket: what is never sent with a form stays there for a day.
UPLOADS = Limit("direct uploads", "LIMIT_ACTS_PER_PERSON", HOUR)

TELLS_SOMEBODY = PostLimit(person=ACTS, network=ACTS_OF_NETWORK)
MAILS_NOBODY = PostLimit(none_because="It mails nobody and checks no secret.")
SIGNED_BY_SERVICE = PostLimit(none_because="What the service has not signed is refused before it is stored.")
ONLY_SHOWS = PostLimit(none_because="It takes no POST.")
_IDENTITY, _CHANGE, _STRANGER = PostLimit(IDENTITY_CHECKS), PostLimit(ACCOUNT_CHANGES), PostLimit(network=LINKS)

POSTS = {
    "account_login": PostLimit(network=SIGN_INS),  # and FAILURES, in the adapter
    "account_logout": MAILS_NOBODY,
    "account_inactive": ONLY_SHOWS,
    "account_signup": _STRANGER,  # and SIGN_UPS and CONFIRMATION_MAILS, in the form
    "account_invited": _STRANGER,  # as account_signup
    "account_reauthenticate": _IDENTITY,
    "account_email": _CHANGE,  # and CONFIRMATION_MAILS, in the form
    "account_email_verification_sent": ONLY_SHOWS,
    "account_confirm_email": _STRANGER,
    "account_confirm_login_code": PostLimit(none_because="Signing in by a code from a mail is switched off."),
    "account_change_password": _IDENTITY,
    "account_set_password": _CHANGE,
    "account_reset_password": PostLimit(network=RESETS_OF_NETWORK),  # and RESETS, in the form
    "account_reset_password_done": ONLY_SHOWS,
    "account_reset_password_from_key": _STRANGER,
    "account_reset_password_from_key_done": ONLY_SHOWS,
    "mfa_index": ONLY_SHOWS,
    "mfa_authenticate": _STRANGER,  # and CODES, in the form
    "mfa_reauthenticate": _IDENTITY,  # and CODES, in the form
    "mfa_activate_totp": _CHANGE,
    "mfa_deactivate_totp": _CHANGE,
    "mfa_view_recovery_codes": ONLY_SHOWS,
    "mfa_generate_recovery_codes": _CHANGE,
    "mfa_download_recovery_codes": ONLY_SHOWS,
    "usersessions_list": MAILS_NOBODY,
    "accounts:settings": MAILS_NOBODY,
    "accounts:agree": MAILS_NOBODY,
    "core:feedback": _STRANGER,
    "core:booking_feedback": _STRANGER,
    "accounts:tokens": _CHANGE,
    "accounts:revoke_token": _CHANGE,
    "accounts:revoke_all_tokens": _CHANGE,
    "accounts:send_link": _STRANGER,  # and CONFIRMATION_MAILS, in the form
    "accounts:confirm_address": _CHANGE,
    "accounts:address_works": _CHANGE,
    "accounts:zone": MAILS_NOBODY,
    "accounts:picture": MAILS_NOBODY,
    "accounts:remove_picture": MAILS_NOBODY,
    "accounts:request_export": _CHANGE,
    "accounts:erase": _CHANGE,
    "accounts:stop_acting": MAILS_NOBODY,
    "accounts:hour_format": MAILS_NOBODY,
    "accounts:apply": TELLS_SOMEBODY,
    "accounts:member_data": MAILS_NOBODY,
    "accounts:member": MAILS_NOBODY,
    "accounts:new_member": MAILS_NOBODY,
    "accounts:member_duplicates": MAILS_NOBODY,
    "accounts:merge_members": MAILS_NOBODY,
    "accounts:unmerge_members": MAILS_NOBODY,
    "accounts:import_members": MAILS_NOBODY,
    "accounts:member_import": MAILS_NOBODY,
    "accounts:read_all": MAILS_NOBODY,
    "accounts:open_notification": MAILS_NOBODY,
    "core:contact": TELLS_SOMEBODY,
    "core:uploads": PostLimit(UPLOADS),
    "core:theme": MAILS_NOBODY,
    "core:close_banner": MAILS_NOBODY,
    "core:mail_detail": PostLimit(none_because="Only the demo has this page."),
    "core:webhook": SIGNED_BY_SERVICE,
    "core:mail_events": SIGNED_BY_SERVICE,
    "core:webhook_for": SIGNED_BY_SERVICE,
}

# They take POST during maintenance, so that staff can sign in and out, also with a new password.
SIGN_IN_PAGES = (
    "account_login",
    "account_logout",
    "account_reset_password",
    "account_reset_password_from_key",
    "account_reauthenticate",
    "mfa_authenticate",
    "mfa_reauthenticate",
    "accounts:stop_acting",
    "accounts:hour_format",
)


def count_password(request: HttpRequest, email: str) -> None:
    """Counts a password as wrong before it is checked, so that parallel guesses count too."""
    _count_guess(FAILURES, FAILURES_OF_ACCOUNT, request, email)


def password_was_right(request: HttpRequest, email: str) -> None:
    """Takes back the failure that `count_password` counted."""
    FAILURES.take_back(_from_network(request, email))
    FAILURES_OF_ACCOUNT.take_back(UserManager.normalize_email(email))


def forget_passwords(request: HttpRequest | None, email: str) -> None:
    """Forgets the failed passwords of an account, so that its owner can sign in with a new one at once."""
    FAILURES_OF_ACCOUNT.forget(UserManager.normalize_email(email))
    if request is not None:
        FAILURES.forget(_from_network(request, email))


def count_code(request: HttpRequest, email: str) -> None:
    """Counts a code as wrong before it is checked, so that parallel guesses count too."""
    _count_guess(CODES, CODES_OF_ACCOUNT, request, email)


def code_was_right(request: HttpRequest, email: str) -> None:
    """Takes back the failure that `count_code` counted."""
    CODES.take_back(_from_network(request, email))
    CODES_OF_ACCOUNT.take_back(UserManager.normalize_email(email))


def count_confirmation_mail(email: str) -> None:
    """Counts a confirmation mail to the address before it is sent; refuses if there were too many."""
    CONFIRMATION_MAILS.hit(
        UserManager.normalize_email(email),
        "We have already sent several mails to this address. Open the latest one, or try again later.",
    )


def _count_guess(of_network: Limit, of_account: Limit, request: HttpRequest, email: str) -> None:
    """Counts a guess for the account from this network, and for the account from all networks.

    A network in which the account is signed in is exempt from the second limit, so that guesses from elsewhere do not
    lock out the owner.
    """
    of_network.hit(_from_network(request, email))
    try:
        of_account.hit(UserManager.normalize_email(email))
    except Refused:
        if not _is_signed_in_from(request, email):
            raise


def _from_network(request: HttpRequest, email: str) -> str:
    """Returns the key that counts one account from one network."""
    return f"{UserManager.normalize_email(email)} {client_address(request)}"


def _is_signed_in_from(request: HttpRequest, email: str) -> bool:
    """Whether the account has a session in the network of the request."""
    sessions = UserSession.objects.filter(user__email=UserManager.normalize_email(email))
    return client_address(request) in {network_of(address) for address in sessions.values_list("ip", flat=True)}
