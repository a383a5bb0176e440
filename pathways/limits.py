"""How often each page of pathways may be posted to."""

from accounts.sign_in.limits import MAILS_NOBODY, TELLS_SOMEBODY
from core.post_limits import PostLimit

ADMINS_ONLY = PostLimit(none_because="Only admins can open it, and each use is audited.")

POSTS = {
    "pathways:enrol": TELLS_SOMEBODY,
    "pathways:change": TELLS_SOMEBODY,
    "pathways:skill": TELLS_SOMEBODY,
    "pathways:badges": MAILS_NOBODY,
    "pathways:new_goal": TELLS_SOMEBODY,
    "pathways:edit_goal": TELLS_SOMEBODY,
    "pathways:act_on_goal": TELLS_SOMEBODY,
    "pathways:teaching": MAILS_NOBODY,
    "pathways:edit_tree": ADMINS_ONLY,
    "pathways:edit_pathway": ADMINS_ONLY,
    "pathways:new_pathway": ADMINS_ONLY,
    "pathways:import_pathways": ADMINS_ONLY,
}
