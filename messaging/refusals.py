"""The refusals that messaging adds to those of `core.errors`."""

from core.errors import BaseRefusal


class MessageRefusal(BaseRefusal):
    BLOCKED = ("blocked", 403, "You cannot write to each other here.")
    NO_QUESTIONS = ("no_questions", 403, "This builder does not take questions before a booking.")
    TOO_LATE = ("too_late", 409, "A message can be changed for ten minutes after it is sent.")
    AWAITS_ANSWER = ("awaits_answer", 409, "You can write again once you have an answer.")
