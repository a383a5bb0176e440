"""The refusals that accounts adds to those of `core.errors`."""

from core.errors import BaseRefusal


class AccountRefusal(BaseRefusal):
    SECOND_FACTOR_REQUIRED = (
        "second_factor_required",
        403,
        "Staff need a second factor to sign in. Set one up on your account page first.",
    )
    SIGN_UP_CLOSED = ("sign_up_closed", 403, "Nobody can join at present.")
    LAST_ADMIN = ("last_admin", 409, "There must be at least one admin. Grant the role to another person first.")
    ALREADY_BUILDER = ("already_builder", 409, "You are already a builder.")
    ALREADY_APPLIED = ("already_applied", 409, "We are reviewing your application. You will hear from us soon.")
    NOT_APPROVED = ("not_approved", 409, "Your page can be published once your application is approved.")
    NOT_WHILE_ACTING = ("not_while_acting", 403, "This is not possible while you act as somebody else.")
    CANNOT_ACT_AS = (
        "cannot_act_as",
        409,
        "You cannot act as this person: they are staff, or their account is switched off.",
    )
    ADDRESS_TAKEN = ("address_taken", 409, "Another account has confirmed this address.")
    ADDRESS_CONFIRMED = ("address_confirmed", 409, "This address is confirmed already.")
    ERASED = ("erased", 409, "This account was erased. Nothing of it can come back.")
    ALREADY_DECIDED = ("already_decided", 409, "Somebody else has already decided this.")
    MEMBER_MERGED = (
        "member_merged",
        409,
        "This member was merged into another one. Change that one, or take the merge back first.",
    )
    MEMBERS_OF_TWO_PEOPLE = (
        "members_of_two_people",
        409,
        "Both belong to somebody with an account. Two people cannot be merged: remove one of the accounts first.",
    )
    IMPORT_NOT_READY = ("import_not_ready", 409, "This file is being checked or was imported already.")
