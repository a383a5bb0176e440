"""The limits on POST requests to the pages about mail."""

from accounts.sign_in.limits import MAILS_NOBODY, TELLS_SOMEBODY

POSTS = {"operations:send_mail_again": TELLS_SOMEBODY, "operations:release_address": MAILS_NOBODY}
