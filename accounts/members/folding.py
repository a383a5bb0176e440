"""The columns that duplicates and the search are found by: texts in lower case, without accents and what varies."""

from __future__ import annotations

import re

from accounts.members.lookups import folded
from accounts.models import Member
from accounts.places import folded as plain

# What one company is written with in one system and without in another.
LEGAL_FORMS = frozenset(
    {"the", "inc", "incorporated", "llc", "llp", "lp", "ltd", "limited", "co", "company", "corp", "corporation"}
)
NOT_WORDS = re.compile(r"[^\w\s]")


def fold(member: Member) -> None:
    """Writes these columns of the member; saves nothing."""
    member.key_folded = fold_key(member.member_key)
    member.license_folded = fold_license(member.license_number)
    member.name_folded = _words_of(member.full_name)[:160]
    company = [word for word in _words_of(member.company_name).split() if word not in LEGAL_FORMS]
    member.company_folded = " ".join(company)[:260]
    member.block = _block(member.name_folded, member.company_folded)
    parts = (
        member.full_name, member.member_key, member.email, member.license_number, member.company_name, member.office_name,
    )  # fmt: skip
    member.words = " ".join(plain(part) for part in parts if part)


def fold_key(key: str) -> str:
    """Returns the key as keys are compared: capitals do not count."""
    return key.casefold()


def fold_license(number: str) -> str:
    """Returns the licence number as they are compared: spaces, hyphens and leading zeros do not count."""
    return folded(number).lstrip("0")


def _block(name: str, company: str) -> str:
    """Returns what two similar names of one company have in common, so that only few names are compared with each other: the
    first letters of the first and the last word, in either order, and the beginning of the company. Empty without both."""
    words = name.split()
    return "".join(sorted((words[0][0], words[-1][0]))) + company[:4] if words and company else ""


def _words_of(text: str) -> str:
    return " ".join(NOT_WORDS.sub(" ", plain(text)).split())
