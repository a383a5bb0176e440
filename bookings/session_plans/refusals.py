"""The refusals about plans of sessions."""

from core.errors import BaseRefusal


class SessionPlanRefusal(BaseRefusal):
    PLAN_EMPTY = ("plan_empty", 409, "There is no session in this plan. Add one first.")
    PLAN_BOOKED = ("plan_booked", 409, "This plan is booked already. Move or cancel its sessions one by one.")
    PLAN_TIME_LOST = ("plan_time_lost", 409, "Some of these times are no longer free. Choose others.")
    ANOTHER_PLAN_HELD = (
        "another_plan_held",
        409,
        "The times of another plan of yours are reserved. Book that plan or release its times first.",
    )
    PLAN_PAID_FIRST = (
        "plan_paid_first",
        409,
        "Some of these sessions are paid when you book them, which works for one session at a time only.",
    )
    TOO_MANY_PLANS = ("too_many_plans", 409, "You have many plans already. Delete one that you no longer need.")
    NOTHING_TO_REPLAN = ("nothing_to_replan", 409, "Nothing about the rest of this plan can be mended.")
