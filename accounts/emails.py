"""What allauth's mails say: one letter each, from which HTML and text are made. Links are our own address, whatever
host the request named."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

from allauth.account.models import EmailAddress
from django.conf import settings
from django.urls import reverse

from accounts.models import User
from core.clocks import hours
from core.mail import Letter

Context = dict[str, Any]
NOTHING_HAPPENS = "If it was not you, do nothing: nothing has changed."


def letter_for(template_prefix: str, email: str, context: Context) -> Letter:
    """The letter that takes the place of allauth's templates of that name."""
    name = template_prefix.rsplit("/", 1)[-1]
    return LETTERS[name](email, context) if name in LETTERS else _change(CHANGES[name], email, context)


def at_home(address: str) -> str:
    """The same page, at SITE_URL."""
    parts = urlsplit(address)
    return f"{settings.SITE_URL}{parts.path}{'?' + parts.query if parts.query else ''}"


def _welcome(email: str, context: Context) -> Letter:
    return Letter(
        subject="Welcome to Waymark: one more step",
        greeting="Hello,",
        paragraphs=["It is good to have you. Show us that this address is yours, and you can begin."],
        button=("This is my address", at_home(context["activate_url"])),
        small_print="The link works for three days. If you know nothing of this, do nothing: without it, nothing happens.",
    )


def _confirmation(email: str, context: Context) -> Letter:
    return Letter(
        subject="Show that this address is yours",
        greeting="Hello,",
        paragraphs=[f"You, or somebody with your password, want to use {email} at Waymark."],
        button=("This is my address", at_home(context["activate_url"])),
        small_print="The link works for three days. If you know nothing of this, do nothing: without it, nothing happens.",
    )


def _exists_already(email: str, context: Context) -> Letter:
    return Letter(
        subject="You have an account at Waymark already",
        greeting="Hello,",
        paragraphs=[
            (
                f"somebody, probably you, wanted to join Waymark with {email}. You have an account already. "
                "If you forgot your password, choose a new one:"
            )
        ],
        button=("Choose a new password", at_home(context["password_reset_url"])),
        small_print=NOTHING_HAPPENS,
    )


def _reset(email: str, context: Context) -> Letter:
    return Letter(
        subject="A new password for Waymark",
        greeting=_hello(context["user"], email),
        paragraphs=["Here you choose a new password. The link works once, and for an hour."],
        button=("Choose a new password", at_home(context["password_reset_url"])),
        small_print="If it was not you who asked, do nothing: your old password stays.",
    )


def _nobody(email: str, context: Context) -> Letter:
    return Letter(
        subject="Nobody at Waymark has this address",
        greeting="Hello,",
        paragraphs=[
            (
                f"somebody, probably you, asked for a new password for {email}. There is no account with this address; "
                "you may have joined with another one."
            )
        ],
        button=("Join Waymark", at_home(context["signup_url"])),
        small_print="If it was not you, do nothing.",
    )


def _change(what: str, email: str, context: Context) -> Letter:
    """Something about how one signs in has changed: told every time, whatever the person's switches say."""
    person = User.objects.filter(email=email).first()
    zone = person.timezone if person else "UTC"
    at = context["timestamp"].astimezone(ZoneInfo(zone))
    sentence = what.format(**{name: context.get(name, "") for name in ("from_email", "to_email", "deleted_email")})
    return Letter(
        subject=sentence,
        greeting=_hello(person, email),
        paragraphs=[f"{sentence}. If that was you, there is nothing to do."],
        facts=[
            ("When", f"{at:%-d %B %Y}, {hours(at, person.clock if person else None)} ({zone})"),
            ("From", str(context["ip"])),
            ("With", str(context["user_agent"])[:200]),
        ],
        button=("It was not me", f"{settings.SITE_URL}{reverse('account_reset_password')}"),
        small_print="If it was not you, choose a new password at once: it signs everybody else out.",
    )


def _hello(person: User | None, email: str) -> str:
    """Greets by name only at an address that is proven: the name of anybody else could be a message to a stranger."""
    if person is None or not EmailAddress.objects.filter(user=person, email=email, verified=True).exists():
        return "Hello,"
    return f"Hello {person.display_name},"


LETTERS: dict[str, Callable[[str, Context], Letter]] = {
    "email_confirmation_signup": _welcome,
    "email_confirmation": _confirmation,
    "account_already_exists": _exists_already,
    "password_reset_key": _reset,
    "unknown_account": _nobody,
}
CHANGES = {
    "password_changed": "Your password was changed",
    "password_reset": "Your password was changed",
    "password_set": "Your account has a password now",
    "email_changed": "Your address was changed from {from_email} to {to_email}",
    "email_deleted": "{deleted_email} was removed from your account",
    "totp_activated": "Your authenticator app is set up",
    "totp_deactivated": "Your authenticator app was switched off",
    "recovery_codes_generated": "You have new recovery codes",
}
