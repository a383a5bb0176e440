"""The emails about accounts. Their links always begin with SITE_URL, whatever host the request named."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

from allauth.account.models import EmailAddress
from django.conf import settings
from django.urls import reverse

from accounts.models import User
from core.hour_format import time_of_day
from core.mail import Email
from core.zones import local_time

Context = dict[str, Any]
NOTHING_HAPPENS = "If this was not you, you can ignore this mail. Nothing has changed."
IGNORE = "If this was not you, you can ignore this mail. Nothing happens without the link."


def email_for(template_prefix: str, email: str, context: Context) -> Email:
    """Returns the email to send in place of allauth's templates of that name."""
    name = template_prefix.rsplit("/", 1)[-1]
    return EMAILS[name](email, context) if name in EMAILS else _credential_change(name, email, context)


def at_site_url(address: str) -> str:
    """Returns the same path and query at SITE_URL."""
    parts = urlsplit(address)
    return f"{settings.SITE_URL}{parts.path}{'?' + parts.query if parts.query else ''}"


def confirm_link(url: str) -> Email:
    """Returns the email that confirms a sign-up. It repeats nothing that was typed: a stranger may have typed it."""
    return Email(
        subject="Confirm your email address for Waymark",
        greeting="Hello,",
        paragraphs=["You are almost there. Confirm that this address is yours to finish joining Waymark."],
        button=("Confirm your address", url),
        small_print=f"The link works for three days. {IGNORE}",
    )


def has_account(sign_in_url: str) -> Email:
    """Returns the email for an address that has an account already, when somebody wants to join with it."""
    reset_url = f"{settings.SITE_URL}{reverse('account_reset_password')}"
    return Email(
        subject="You already have a Waymark account",
        greeting="Hello,",
        paragraphs=[
            (
                "Somebody, probably you, tried to join Waymark with this address. You already have an account, "
                "so you can just sign in."
            ),
            "If you have no password or have forgotten it, choose a new one.",
        ],
        button=("Sign in", sign_in_url),
        actions=[("Choose a new password", reset_url)],
        small_print=NOTHING_HAPPENS,
    )


def nothing_to_confirm() -> Email:
    """Returns the email for an address without a sign-up, when somebody asks for its confirmation link."""
    return Email(
        subject="Your Waymark sign-up has expired",
        greeting="Hello,",
        paragraphs=[
            (
                "Somebody, probably you, asked for a link to confirm this address. There is no sign-up "
                "with this address in the last three days, so join again to get a new link."
            )
        ],
        button=("Join Waymark", f"{settings.SITE_URL}{reverse('account_signup')}"),
        small_print=NOTHING_HAPPENS,
    )


def address_change(url: str) -> Email:
    """Returns the email that confirms a new address of an account."""
    return Email(
        subject="Confirm your new email address for Waymark",
        greeting="Hello,",
        paragraphs=["Somebody, probably you, wants to use this address for a Waymark account."],
        button=("Confirm your address", url),
        small_print=f"The link works for three days. You need to sign in before you confirm. {IGNORE}",
    )


def address_taken() -> Email:
    """Returns the email for the owner of an address that another account wants to use."""
    return Email(
        subject="Your address stays with your account",
        greeting="Hello,",
        paragraphs=[
            (
                "Somebody, perhaps you, tried to use this address for another Waymark account. It belongs "
                "to your account, so nothing has changed."
            )
        ],
        small_print=NOTHING_HAPPENS,
    )


def _password_reset(email: str, context: Context) -> Email:
    return Email(
        subject="Reset your Waymark password",
        greeting=f"Hello {context['user'].display_name},",  # reset links go to verified addresses only
        paragraphs=["Use the button to choose a new password. It works once, within an hour."],
        button=("Choose a new password", at_site_url(context["password_reset_url"])),
        small_print="If you did not ask for this, you can ignore this mail. Your password stays the same.",
    )


def _unknown_account(email: str, context: Context) -> Email:
    return Email(
        subject="There is no Waymark account with this address",
        greeting="Hello,",
        paragraphs=[
            (
                f"Somebody, probably you, asked for a new password for {email}. There is no account with "
                "this address. You may have joined with another one."
            )
        ],
        button=("Join Waymark", at_site_url(context["signup_url"])),
        small_print="If this was not you, you can ignore this mail.",
    )


def _credential_change(name: str, email: str, context: Context) -> Email:
    """Returns the email about a changed password, address or second factor. It is sent whatever the person's settings."""
    person = User.objects.filter(email=email).first()
    zone = person.timezone if person else "UTC"
    at = context["timestamp"].astimezone(ZoneInfo(zone))
    sentence = CREDENTIAL_CHANGES[name].format(
        **{name: context.get(name, "") for name in ("from_email", "to_email", "deleted_email")}
    )
    return Email(
        subject=sentence,
        greeting=_greeting(person, email),
        paragraphs=[f"{sentence}. If this was you, you do not need to do anything.", *_token_sentences(name, person)],
        facts=[
            ("When", f"{at:%-d %B %Y}, {time_of_day(at, person.hour_format if person else None)} ({local_time(zone)})"),
            ("From", str(context["ip"])),
            ("With", str(context["user_agent"])[:200]),
        ],
        button=("This was not me", f"{settings.SITE_URL}{reverse('account_reset_password')}"),
        small_print="If this was not you, choose a new password now. This signs everybody else out.",
    )


def _token_sentences(name: str, person: User | None) -> list[str]:
    """Returns what has become of the API tokens. Only people who change their own password can keep them."""
    if name not in ENDS_TOKENS:
        return []
    if name == "password_changed" and person and person.api_tokens.live().exists():
        return ["Your API tokens were kept and still work. You can revoke them on your account page."]
    return ["If you had API tokens, they no longer work. You can create new ones on your account page."]


def _greeting(person: User | None, email: str) -> str:
    """Greets by name only at a verified address: a stranger could use the name of an unverified account to send spam."""
    if person is None or not EmailAddress.objects.filter(user=person, email=email, verified=True).exists():
        return "Hello,"
    return f"Hello {person.display_name},"


EMAILS: dict[str, Callable[[str, Context], Email]] = {
    "password_reset_key": _password_reset,
    "unknown_account": _unknown_account,
}
CREDENTIAL_CHANGES = {
    "password_changed": "Your password was changed",
    "password_reset": "Your password was changed",
    "password_set": "Your account has a password now",
    "email_changed": "Your address was changed from {from_email} to {to_email}",
    "email_deleted": "{deleted_email} was removed from your account",
    "totp_activated": "Your authenticator app is set up",
    "totp_deactivated": "Your authenticator app was switched off",
    "recovery_codes_generated": "You have new recovery codes",
}
ENDS_TOKENS = frozenset({"password_changed", "password_reset", "password_set", "email_changed"})
