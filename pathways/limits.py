"""How often each page of pathways may be posted to."""

from accounts.sign_in.limits import MAILS_NOBODY, TELLS_SOMEBODY

POSTS = {
    "pathways:enrol": TELLS_SOMEBODY,
    "pathways:change": TELLS_SOMEBODY,
    "pathways:skill": TELLS_SOMEBODY,
    "pathways:badges": MAILS_NOBODY,
    "pathways:new_goal": TELLS_SOMEBODY,
    "pathways:edit_goal": TELLS_SOMEBODY,
    "pathways:act_on_goal": TELLS_SOMEBODY,
    "pathways:teaching": MAILS_NOBODY,
}
